// A calendar with a table of its own: a screen, a block, an address, scheduled work.
import { contained } from 'galley/contained';
import { eventsFrom, shown } from './events.ts';
import { type PanelInput, showEvent, showEvents } from './panel.ts';

const MONTH_MS = 31 * 86_400_000;

export default contained({
  panels: {
    events: (input: PanelInput, galley) =>
      input.item === null ? showEvents(input, galley, Date.now() - MONTH_MS) : showEvent(input, input.item, galley),
  },

  blocks: {
    upcoming: async ({ blocks }: { blocks: { attributes: { count: number } }[] }, galley) => {
      const events = (await eventsFrom(galley, Date.now())).map(shown);
      return blocks.map(({ attributes }) => ({ events: events.slice(0, attributes.count) }));
    },
  },

  routes: {
    list: async ({ query }, galley) => {
      const from = query.from === undefined ? Date.now() : Date.parse(query.from);
      return { json: { events: (await eventsFrom(galley, from)).map(shown) } };
    },
  },

  cron: {
    tidy: async (_input, galley) => {
      const where = { starts: { lt: Date.now() - MONTH_MS } };
      const over = await galley.table('events').find({ where, order: 'starts', limit: 50 });
      await galley.table('events').delete(over.map(({ id }) => id));
    },
  },
});
