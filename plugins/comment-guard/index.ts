// A second look at comments by strangers, before they are saved. It never lets through what others hold back.
import { contained, type GalleyApi } from 'galley/contained';
import { markOf, pointsOf, type SeenComment } from './points.ts';

const DAY_MS = 86_400_000;
const MAX_SEEN = 300;

/** What came lately: a mark of each text, and when. */
type Seen = [mark: string, at: number][];

const lately = (seen: Seen | null, now: number): Seen => (seen ?? []).filter(([, at]) => at > now - DAY_MS);

/** How often the same words came within a day; the present ones are remembered. */
async function countSame(comment: SeenComment, galley: GalleyApi): Promise<number> {
  const now = Date.now();
  const mark = markOf(comment.content);
  const seen = lately((await galley.kv.get('seen')) as Seen | null, now);
  const next: Seen = [[mark, now], ...seen];
  await galley.kv.set('seen', next.slice(0, MAX_SEEN));
  return seen.filter(([other]) => other === mark).length;
}

export default contained({
  hooks: {
    'comment:saving': async (comment: SeenComment, galley) => {
      const points = pointsOf(comment, await countSame(comment, galley));
      const spamFrom = Number((await galley.settings())['spamFrom']);
      if (points < spamFrom / 2) return null;
      const status = points >= spamFrom ? 'spam' : 'pending';
      await galley.kv.set(`held-${status}`, Number((await galley.kv.get(`held-${status}`)) ?? 0) + 1);
      return { status };
    },

    'admin:dashboard': async (_input, galley) => {
      const [spam, pending] = await Promise.all([galley.kv.get('held-spam'), galley.kv.get('held-pending')]);
      if (spam === null && pending === null) return {};
      return {
        title: 'Comment guard',
        icon: 'shield-check',
        figures: [
          { label: 'Taken for spam', value: Number(spam ?? 0), url: '/admin/comments?status=spam' },
          { label: 'Held back', value: Number(pending ?? 0), url: '/admin/comments?status=pending' },
        ],
      };
    },
  },

  cron: {
    forget: async (_input, galley) => {
      const seen = (await galley.kv.get('seen')) as Seen | null;
      if (seen) await galley.kv.set('seen', lately(seen, Date.now()));
    },
  },
});
