import { type Context, json, type Reply, readerMessages } from 'galley';
import { costsOf } from './costs.ts';

/** What the panel over a page shows, in the words of its reader. */
export async function answerPanel(context: Context): Promise<Reply> {
  const { site } = context;
  const messages = await readerMessages(context);
  const { language } = messages;
  const t = messages.translate.bind(messages);
  const costs = await costsOf(context, String(context.query['page']));
  const fine = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const most = Math.max(...costs.owners.map(({ ms }) => ms), 1);
  return json(
    {
      style: await site.assets.url('profiler', 'panel.css'),
      language,
      title: t('What this page costs'),
      close: t('Close'),
      total: t('{ms} ms, made just now for you, past the page cache', { ms: fine.format(costs.ms) }),
      more: {
        label: t('All of it on a screen'),
        url: `/admin/profiler?page=${encodeURIComponent(costs.page)}`,
      },
      heads: [t('Plugin'), t('Milliseconds'), t('Calls'), t('Statements'), t('Cache'), t('Outside')],
      rows: costs.owners.map(({ title, ms, calls, queries, cacheCalls, fetches }) => ({
        title: t(title),
        share: ms / most,
        cells: [ms, calls, queries, cacheCalls, fetches].map((value) => fine.format(value)),
      })),
      hooksTitle: t('Where the time goes'),
      hooks: costs.hooks.map(({ hook, title, ms, calls }) => ({
        name: hook,
        note: t(
          '{plugin}: {ms} ms in {count} calls',
          { plugin: t(title), ms: fine.format(ms), count: calls },
          { one: '{plugin}: {ms} ms in {count} call' },
        ),
      })),
    },
    { headers: { 'cache-control': 'private, no-store' } },
  );
}
