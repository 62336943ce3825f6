import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { forEachTier, until } from 'galley/testing';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks'] }, (suite) => {
  let entry: Entry;

  before(async () => {
    const words = `<p>${'word '.repeat(460)}</p>`;
    entry = await suite.current.site.entries.save(
      {
        type: 'post',
        status: 'publish',
        title: 'Long & <b>short</b>',
        slug: 'long',
        content: `<!-- wp:social-card/card {"prefix":"<i>Now</i>"} /-->${words}`,
      },
      { viewer: SYSTEM },
    );
  });

  const page = async (): Promise<string> => {
    const [presented] = await suite.current.site.entries.present([entry], {});
    return (await suite.current.inject({ url: presented?.url ?? '' })).body;
  };

  test('it is set up in its tier, and no plugin host is there for a trusted one', async () => {
    const plugin = suite.current.site.plugins.get('social-card');
    assert.deepEqual([plugin?.state, plugin?.tier, plugin?.faults], ['active', suite.tier, []]);
    await page();
    assert.equal(suite.current.site.contained.hosts.size, suite.tier === 'contained' ? 1 : 0);
  });

  test('a page has its tags, and others when the setting changes', async () => {
    const html = await page();
    assert.match(html, /<meta property="og:title" content="Long &amp; short">/);
    assert.match(html, /<meta property="og:site" content="@example">/);
    await suite.current.site.options.update('plugin.social-card', (settings) => ({
      ...(settings as object),
      site: '@other',
    }));
    assert.match(await page(), /content="@other"/);
  });

  test('entries get its minutes', async () => {
    const [presented] = await suite.current.site.entries.present([entry], {});
    assert.equal(presented?.minutes, 2);
  });

  test('the block is filled from its template, with what authors wrote escaped', async () => {
    assert.match(await page(), /<strong>&lt;i&gt;Now&lt;\/i&gt;<\/strong> Long &amp; short · 2 min/);
  });

  test('its address answers, and 404 for what is not there', async () => {
    const url = '/plugins/social-card/card';
    assert.deepEqual((await suite.current.inject({ url: `${url}/${entry.id}` })).json(), {
      id: entry.id,
      title: 'Long & short',
      minutes: 2,
    });
    assert.equal((await suite.current.inject({ url: `${url}/999999` })).statusCode, 404);
  });

  test('it is told what was saved, and keeps count', async () => {
    const { cookie } = await suite.current.loginAs('administrator');
    const saves = async (): Promise<boolean> =>
      /Social cards[\s\S]*?<dd>[1-9]/.test((await suite.current.inject({ url: '/admin', headers: { cookie } })).body);
    await until(saves);
  });

  test('its screen shows parts of all kinds, and does what its buttons say', async () => {
    const administrator = await suite.current.loginAs('administrator');
    const { cookie } = administrator;
    const url = '/admin/plugin/social-card/overview';
    const send = (fields: Record<string, string>) => suite.current.submit(url, fields, administrator);
    const first = await suite.current.inject({ url, headers: { cookie } });
    assert.equal(first.statusCode, 200);
    assert.match(first.body, /There is no note yet\.[\s\S]*<td>Long &amp; short<\/td>[\s\S]*data-chart="panel-2-1-0"/);
    assert.match((await send({ _action: 'remember', note: '<b>hi</b>' })).body, /<p>&lt;b&gt;hi&lt;\/b&gt;<\/p>/);
    assert.match((await send({ _action: 'forget' })).body, /There is no note yet\./);
  });

  test('its scheduled work and its jobs run', async () => {
    assert.equal((await suite.current.site.cron.run('social-card:forget')).error, null);
    const id = await suite.current.site.jobs.enqueue('social-card:count', {});
    assert.equal((await suite.current.site.jobs.wait(id, 20_000)).state, 'done');
  });
});
