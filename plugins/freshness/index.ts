// Texts that nobody has looked after. Each night a job finds the oldest, so that no screen waits for them.
import { contained, type GalleyApi } from 'galley/contained';
import { findOldest, keepRight, oldTexts } from './old-texts.ts';

const PANEL = '/admin/plugin/freshness/list';
const SHOWN = 5;

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const editorOf = ({ type, id }: { type: string; id: number }): string => `/admin/content/${type}/${id}`;

async function listPanel(galley: GalleyApi): Promise<Record<string, unknown>[]> {
  const texts = await oldTexts(galley);
  if (texts.length === 0) return [{ kind: 'notice', tone: 'success', text: 'Every text was looked after lately.' }];
  return [
    { kind: 'text', text: 'Nobody has changed these for a long time. Read them again: are they still right?' },
    {
      kind: 'list',
      items: texts.map((text) => ({ text: `${text.title} (${day(text.lookedAt)})`, url: editorOf(text) })),
    },
    {
      kind: 'form',
      action: 'right',
      submit: 'This is still right',
      fields: [
        {
          name: 'id',
          kind: 'select',
          label: 'A text that you have read again',
          choices: texts.map(({ id, title }) => ({ value: String(id), label: title })),
        },
      ],
    },
  ];
}

export default contained({
  cron: { nightly: (_input, galley) => galley.jobs.enqueue('look') },

  jobs: { look: (_data, galley) => findOldest(galley) },

  hooks: {
    'admin:dashboard': async (_input, galley) => {
      const texts = await oldTexts(galley);
      if (texts.length === 0) return {};
      return {
        title: 'Still right?',
        icon: 'hourglass-bottom',
        items: texts.slice(0, SHOWN).map((text) => ({
          title: text.title,
          url: editorOf(text),
          note: day(text.lookedAt),
        })),
        links: [{ label: 'All old texts', url: PANEL }],
      };
    },
  },

  panels: {
    list: async ({ action, values }: { action: string | null; values: { id?: string } }, galley) => {
      if (action === 'right') await keepRight(galley, Number(values.id), Date.now());
      return { blocks: await listPanel(galley) };
    },
  },
});
