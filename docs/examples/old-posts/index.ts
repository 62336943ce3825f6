// What was found is kept, and found anew when something was saved: the first screen of the admin asks often.
import { contained, type FoundEntry, type GalleyApi } from 'galley/contained';

const MONTH_MS = 30.5 * 86_400_000;

type OldPost = Pick<FoundEntry, 'id' | 'title' | 'modifiedAt'>;

async function oldPosts(galley: GalleyApi): Promise<OldPost[]> {
  const { months } = await galley.settings();
  const kept = (await galley.kv.get('oldest')) as OldPost[] | null;
  const oldest = kept ?? (await findOldest(galley));
  return oldest.filter(({ modifiedAt }) => modifiedAt < Date.now() - Number(months) * MONTH_MS);
}

async function findOldest(galley: GalleyApi): Promise<OldPost[]> {
  const found = await galley.content.find({ type: 'post', order: 'modified', direction: 'asc', limit: 50 });
  const oldest = found.map(({ id, title, modifiedAt }) => ({ id, title, modifiedAt }));
  await galley.kv.set('oldest', oldest);
  return oldest;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const editorOf = (id: number): string => `/admin/content/post/${id}`;

export default contained({
  hooks: {
    'entry:saved': (_input, galley) => galley.kv.delete('oldest'),

    'admin:dashboard': async (_input, galley) => {
      const posts = await oldPosts(galley);
      if (posts.length === 0) return { text: 'Every post was looked after lately.' };
      return {
        items: posts
          .slice(0, 5)
          .map(({ id, title, modifiedAt }) => ({ title, url: editorOf(id), note: day(modifiedAt) })),
        links: [{ label: 'All old posts', url: '/admin/plugin/old-posts/list' }],
      };
    },
  },

  panels: {
    list: async (_input, galley) => {
      const items = (await oldPosts(galley)).map(({ id, title, modifiedAt }) => ({
        text: `${title} (${day(modifiedAt)})`,
        url: editorOf(id),
      }));
      return {
        blocks: [
          { kind: 'text', text: 'These were changed last a long time ago. Are they still right?' },
          { kind: 'list', items },
        ],
      };
    },
  },
});
