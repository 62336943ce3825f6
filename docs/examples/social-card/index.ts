// A plugin that can be contained: its manifest says all that it brings, and here stand only the answers.
import { contained, type GalleyApi } from 'galley/contained';

interface CardBlock {
  attributes: { prefix: string };
  entry: { title: string; wordCount: number } | null;
}

async function minutesFor(words: number, galley: GalleyApi): Promise<number> {
  const { words: speed } = await galley.settings();
  return Math.max(1, Math.ceil(words / Number(speed)));
}

const tag = (property: string, content: string) => ({ tag: 'meta', attributes: { property, content } });

export default contained({
  hooks: {
    'view:head': async ({ page, entry }, galley) => {
      const { site } = await galley.settings();
      const shown = entry ? [tag('og:description', entry.excerpt), tag('og:url', entry.url)] : [];
      return [tag('og:title', entry?.title ?? page.title), tag('og:site', String(site)), ...shown];
    },

    // All entries of a page at once; of those that it may not read it gets nothing.
    'entries:presenting': async (entries: ({ wordCount: number } | null)[], galley) => {
      const { words } = await galley.settings();
      return entries.map((entry) => entry && { minutes: Math.max(1, Math.ceil(entry.wordCount / Number(words))) });
    },

    'entry:saved': async ({ entry }, galley) => {
      const saves = await galley.kv.add('saves');
      galley.log.info('An entry was saved', { id: entry.id, saves });
    },

    'admin:dashboard': async (_input, galley) => ({
      title: 'Social cards',
      figures: [{ label: 'Saves', value: Number((await galley.kv.get('saves')) ?? 0) }],
    }),

    'admin:notices': async (_input, galley) => {
      const { site } = await galley.settings();
      return site === '' ? { kind: 'warning', text: 'Tell the account of your site in the settings.' } : [];
    },
  },

  routes: {
    card: async ({ params }, galley) => {
      const entry = await galley.content.get(params.id);
      if (!entry) return null;
      return { json: { id: entry.id, title: entry.title, minutes: await minutesFor(entry.wordCount, galley) } };
    },
  },

  blocks: {
    card: ({ blocks }: { blocks: CardBlock[] }, galley) =>
      Promise.all(
        blocks.map(async ({ attributes, entry }) => ({
          prefix: attributes.prefix,
          title: entry?.title ?? '',
          minutes: entry ? await minutesFor(entry.wordCount, galley) : 0,
        })),
      ),
  },

  panels: {
    overview: async ({ action, values }, galley) => {
      if (action === 'remember') await galley.kv.set('note', String(values.note));
      if (action === 'forget') await galley.kv.delete('note');
      const posts = await galley.content.find({ type: 'post', limit: 5 });
      const note = String((await galley.kv.get('note')) ?? '');
      const { site } = await galley.settings();
      return {
        blocks: [
          { kind: 'heading', text: 'What is shared' },
          { kind: 'notice', tone: 'info', text: note === '' ? 'There is no note yet.' : note },
          {
            kind: 'tabs',
            tabs: [
              {
                label: 'Posts',
                blocks: [
                  {
                    kind: 'table',
                    caption: 'Latest',
                    columns: ['Title', 'Words'],
                    rows: posts.map((post) => [post.title, post.wordCount]),
                  },
                ],
              },
              {
                label: 'Words',
                blocks: [
                  {
                    kind: 'chart',
                    type: 'bar',
                    title: 'Words of the latest posts',
                    heading: 'Post',
                    labels: posts.map((post) => post.slug),
                    series: [{ label: 'Words', values: posts.map((post) => post.wordCount) }],
                  },
                ],
              },
            ],
          },
          {
            kind: 'form',
            action: 'remember',
            submit: 'Keep the note',
            fields: [{ name: 'note', label: 'Note', kind: 'text', value: note, help: 'Only administrators see it.' }],
          },
          { kind: 'button', label: 'Forget the note', action: 'forget', danger: true },
          {
            kind: 'frame',
            name: 'preview',
            title: 'How cards look',
            data: { site: String(site), posts: posts.map(({ title, excerpt }) => ({ title, excerpt })) },
          },
        ],
      };
    },
  },

  cron: { forget: (_input, galley) => galley.kv.delete('saves') },

  jobs: {
    count: async (_data, galley) => {
      const posts = await galley.content.find({ type: 'post', limit: 50 });
      await galley.kv.set('posts', posts.length);
    },
  },
});
