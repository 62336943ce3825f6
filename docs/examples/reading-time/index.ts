// A whole plugin, as small as a useful one gets: an option, a filter, a block, a route, a command.
import { definePlugin, json, notFound } from 'galley';
import { readingTimeBlock } from './block.ts';
import { minutesFor, speedOf } from './reading-time.ts';

export default definePlugin((site) => {
  site.options.define('reading_speed', {
    default: 230,
    schema: { type: 'integer', minimum: 50, maximum: 1000 },
    label: 'Words that people read in a minute',
  });

  // All entries of a page at once: the speed is asked for once, however many there are.
  site.hooks.addFilter('entries:presenting', async (entries, { tag }) => {
    tag('option:reading_speed');
    const speed = await speedOf(site);
    return entries.map((entry) => ({ ...entry, minutes: minutesFor(entry.wordCount, speed) }));
  });

  site.blocks.define('reading-time/minutes', readingTimeBlock);

  site.routes.get(
    '/reading-time/:id(int)',
    { name: 'reading-time.show', public: true, cache: {}, summary: 'The reading time of an entry.' },
    async (context) => {
      const entry = await site.entries.get(Number(context.params['id']), context.viewer);
      if (!entry) return notFound();
      context.tag(`entry:${entry.id}`, 'option:reading_speed');
      const [presented] = await site.entries.present([entry], { viewer: context.viewer });
      return json({ id: entry.id, minutes: presented?.minutes ?? 1 });
    },
  );

  site.commands.define('reading-time get', {
    summary: 'Prints how many minutes an entry takes.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'The id of the entry.' }],
    examples: ['galley reading-time get 12'],
    async run({ args, output, site: target, viewer }) {
      const entry = await target.entries.need(Number(args.id), viewer);
      output.value(minutesFor(entry.wordCount, await speedOf(target)));
    },
  });
});
