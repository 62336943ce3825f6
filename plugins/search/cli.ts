import type { Site } from 'galley';
import type { SearchIndex } from './search-index.ts';

/** `galley search reindex` and `galley search query`. */
export function addSearchCommands(site: Site, index: SearchIndex): void {
  site.commands.define('search reindex', {
    summary: 'Builds the search index anew, in bounded memory.',
    async run({ output, signal, site: target }) {
      const tallies = await target.entries.counts();
      const total = tallies.filter((tally) => tally.status === 'publish').reduce((sum, tally) => sum + tally.amount, 0);
      const progress = output.progress(total, 'Indexing');
      let done = 0;
      try {
        for await (const count of index.reindex()) {
          progress.tick(count - done);
          done = count;
          if (signal.aborted) break;
        }
      } finally {
        progress.stop();
      }
      if (!signal.aborted) output.success(`${done} entries are in the index.`);
      else output.warn(`Stopped: ${done} of ${total} entries are indexed anew, the others are as they were.`);
    },
  });

  site.commands.define('search query', {
    summary: 'Shows what visitors find for these words.',
    arguments: [{ name: 'words', summary: 'What to look for.', many: true }],
    options: { limit: { type: 'integer', min: 1, max: 100, default: 10, summary: 'At most so many.' } },
    async run({ site: target, args, options, output }) {
      const { entries } = await target.services
        .use('search')
        .find({ query: args.words.join(' '), limit: options.limit });
      output.table(entries.map(({ id, type, title, slug }) => ({ id, type, title, slug })));
    },
  });
}
