// Scheduled work starts a job, the job keeps what it counted, the first screen of the admin draws it.
import { contained } from 'galley/contained';

const MONTHS = 6;

/** The last months, the oldest first: `2026-11`, and when it begins. */
function lastMonths(now = new Date()): { label: string; begins: number }[] {
  return Array.from({ length: MONTHS }, (_, index) => {
    const begins = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (MONTHS - 1 - index), 1);
    return { label: new Date(begins).toISOString().slice(0, 7), begins };
  });
}

export default contained({
  cron: { nightly: (_input, galley) => galley.jobs.enqueue('count') },

  jobs: {
    count: async (_data, galley) => {
      const months = lastMonths();
      const values = await Promise.all(
        months.map(({ begins }, index) => {
          const next = months[index + 1]?.begins;
          const before = next === undefined ? {} : { publishedBefore: next };
          return galley.content.count({ type: 'post', publishedAfter: begins - 1, ...before });
        }),
      );
      await galley.kv.set('months', { labels: months.map(({ label }) => label), values });
    },
  },

  hooks: {
    'admin:dashboard': async (_input, galley) => {
      const kept = (await galley.kv.get('months')) as { labels: string[]; values: number[] } | null;
      if (!kept) return { text: 'The posts are counted tonight.' };
      const { labels, values } = kept;
      return {
        chart: { kind: 'bar', labelKind: 'month', heading: 'Month', labels, series: [{ label: 'Posts', values }] },
      };
    },
  },
});
