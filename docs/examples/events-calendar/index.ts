// A calendar with a table of its own: a screen, a block, an address, scheduled work.
import { contained } from 'galley/contained';
import { addEvent, eventsFrom, shown } from './events.ts';

const MONTH_MS = 31 * 86_400_000;

export default contained({
  panels: {
    events: async ({ action, values }, galley) => {
      const problem = action === 'add' ? await addEvent(galley, values) : undefined;
      if (action === 'remove') await galley.table('events').delete(Number(values.event));
      const events = await eventsFrom(galley, Date.now() - MONTH_MS);
      const rows = events.map((event) => ({ ...shown(event), value: String(event.id), label: event.title }));
      const kept = problem === undefined ? {} : values;
      return {
        blocks: [
          ...(problem === undefined ? [] : [{ kind: 'notice', tone: 'danger', text: problem }]),
          {
            kind: 'table',
            caption: 'Events',
            columns: ['Day', 'Time', 'Event', 'Place'],
            rows: rows.map(({ day, time, title, place }) => [day, time, title, place]),
          },
          { kind: 'heading', text: 'Add an event' },
          {
            kind: 'form',
            action: 'add',
            submit: 'Add',
            fields: [
              { name: 'title', label: 'Event', kind: 'text', required: true, value: kept.title },
              { name: 'day', label: 'Day', kind: 'date', required: true, value: kept.day },
              { name: 'time', label: 'Time (UTC)', kind: 'text', value: kept.time, help: 'Like 19:30.' },
              { name: 'place', label: 'Place', kind: 'text', value: kept.place },
            ],
          },
          ...(rows.length === 0
            ? []
            : [
                { kind: 'heading', text: 'Remove an event' },
                {
                  kind: 'form',
                  action: 'remove',
                  submit: 'Remove',
                  fields: [{ name: 'event', label: 'Event', kind: 'select', choices: rows }],
                },
              ]),
        ],
      };
    },
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
