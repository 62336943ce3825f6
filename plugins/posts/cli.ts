import { type Site, SYSTEM, type Viewer } from 'galley';
import { addPostCommands } from './cli-post.ts';
import { addTermCommands } from './cli-term.ts';
import { seedPosts } from './seed.ts';

/** Whoever the CLI says acts; the system unless `--user` names somebody. */
const viewerOf = (context: object): Viewer => ('viewer' in context ? (context.viewer as Viewer) : SYSTEM);

/** The commands of posts, terms, and the one that fills a site. */
export function addCommands(site: Site): void {
  addPostCommands(site, viewerOf);
  addTermCommands(site, viewerOf);
  site.commands.define('seed', {
    summary: 'Fills the site with made-up posts, for trying it out at size.',
    options: {
      posts: { type: 'integer', min: 1, max: 10_000_000, default: 1000, summary: 'How many.' },
      seed: { type: 'integer', default: 1, summary: 'The same number makes the same texts.' },
    },
    examples: ['galley seed --posts=100000'],
    async run({ options, output, signal, site: target }) {
      const progress = output.progress(options.posts, 'Posts');
      let last = 0;
      try {
        await seedPosts(target, {
          posts: options.posts,
          seed: options.seed,
          signal,
          progress: (done) => {
            progress.tick(done - last);
            last = done;
          },
        });
      } finally {
        progress.stop();
      }
      output.success(`Made ${last} posts.`);
      return signal.aborted ? 130 : 0;
    },
  });
}
