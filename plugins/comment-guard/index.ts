// A second look at comments by strangers, before they are saved. It never lets through what others hold back.
import { contained, type GalleyApi } from 'galley/contained';
import { markOf, pointsOf, type SeenComment } from './points.ts';

const DAY_MS = 86_400_000;
const MAX_SEEN = 300;

/** What came lately, the latest last: a mark of each text, and when. */
type Seen = [mark: string, at: number][];

const lately = (seen: Seen, now: number): Seen => seen.filter(([, at]) => at > now - DAY_MS);

/** How often the same words came within a day; the present ones are remembered. */
async function countSame(comment: SeenComment, galley: GalleyApi): Promise<number> {
  const now = Date.now();
  const mark = markOf(comment.content);
  const seen = lately((await galley.kv.append('seen', [mark, now], MAX_SEEN)) as Seen, now);
  return seen.filter(([other]) => other === mark).length - 1;
}

export default contained({
  hooks: {
    'comment:saving': async (comment: SeenComment, galley) => {
      const points = pointsOf(comment, await countSame(comment, galley));
      const spamFrom = Number((await galley.settings())['spamFrom']);
      if (points < spamFrom / 2) return null;
      const status = points >= spamFrom ? 'spam' : 'pending';
      await galley.kv.add(`held-${status}`);
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
      // What comes meanwhile stays; whoever is in the way each time is in the way of a list that is used.
      for (let tries = 0; tries < 3; tries++) {
        const seen = (await galley.kv.get('seen')) as Seen | null;
        if (!seen || (await galley.kv.swap('seen', seen, lately(seen, Date.now())))) return;
      }
    },
  },
});
