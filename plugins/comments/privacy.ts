import type { Site } from 'galley';
import { COMMENT_STATUSES } from './comment.ts';

const DAY_MS = 86_400_000;
const BATCH = 500;

/** The settings of what is kept about people who comment, and the job that forgets it. */
export function definePrivacy(site: Site): void {
  site.options.define('comments_flood', {
    default: 15,
    schema: { type: 'integer', minimum: 0, maximum: 3600 },
    label: 'Seconds between two comments of one person',
  });
  site.options.define('comments_address_days', {
    default: 0,
    schema: { type: 'integer', minimum: 0, maximum: 3650 },
    label: 'Days after which the addresses of machines are forgotten',
  });
  site.options.define('comments_note', {
    default: '',
    schema: { type: 'string', maxLength: 1000 },
    label: 'Note below the form of comments',
  });
  site.cron.define('forget-comment-addresses', {
    schedule: '41 3 * * *',
    summary: 'Forgets from which machines old comments came.',
    run: async (host) => void (await forgetAddresses(host)),
  });
}

/** Forgets the addresses of comments that are older than the setting says. @returns of how many */
export async function forgetAddresses(site: Site): Promise<number> {
  const days = await site.options.get<number>('comments_address_days');
  if (days === 0) return 0;
  const oldest = Date.now() - days * DAY_MS;
  let sum = 0;
  for (const status of COMMENT_STATUSES) {
    for (let after = 0; ; ) {
      const rows = (await site.database
        .write('comments')
        .select('id', 'created_at')
        .where({ status })
        .whereBetween('created_at', [after, oldest])
        .whereNot('author_address', '')
        .orderBy('created_at')
        .limit(BATCH)) as { id: number; created_at: number }[];
      if (rows.length === 0) break;
      const ids = rows.map(({ id }) => id);
      // Who read one before must not write them back.
      const builder = site.database.write('comments').whereIn('id', ids).increment('version', 1);
      await builder.update({ author_address: '', agent: '' });
      sum += rows.length;
      after = rows.at(-1)?.created_at ?? oldest;
    }
  }
  return sum;
}
