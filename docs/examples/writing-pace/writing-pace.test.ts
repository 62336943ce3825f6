import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachTier, until } from 'galley/testing';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks', 'dashboard'] }, (suite) => {
  const home = async (): Promise<string> => {
    const { cookie } = await suite.current.loginAs('editor');
    return (await suite.current.inject({ url: '/admin', headers: { cookie } })).body;
  };

  test('before the first night it says so', async () => {
    assert.match(await home(), /Writing pace[\s\S]*The posts are counted tonight\./);
  });

  test('each night the posts of each month are counted, and drawn', async () => {
    const now = new Date();
    const past = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 15);
    for (const publishedAt of [now.getTime(), past, past + 1])
      await suite.current.site.entries.save(
        { type: 'post', status: 'publish', title: 'Written', publishedAt },
        { viewer: SYSTEM },
      );
    const begins = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
    const latest = await suite.current.site.entries.count({ type: 'post', publishedAfter: begins - 1 });
    assert.equal((await suite.current.site.cron.run('writing-pace:nightly')).error, null);
    await until(async () => /data-chart="writing-pace/.test(await home()));
    const [, numbers] = /id="chart-table-writing-pace[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(await home()) ?? [];
    assert.deepEqual(
      [...(numbers ?? '').matchAll(/<td[^>]*>(\d+)/g)].map(([, value]) => value),
      ['0', '0', '0', '2', '0', String(latest)],
    );
  });
});
