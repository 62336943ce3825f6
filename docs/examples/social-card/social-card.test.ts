import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';

const WAIT_MS = 20_000;

/** Waits until something is so: what happens after an answer is not there with it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !(await isSo()); ) {
    assert.ok(Date.now() < end, 'it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (const tier of ['contained', 'trusted'] as const) {
  describe(`Social card, ${tier}`, () => {
    let current: TestSite;
    let entry: Entry;

    before(async () => {
      current = await startTestSite({
        plugins: ['posts', 'blocks', 'social-card'],
        pluginFolders: [dirname(import.meta.dirname)],
        tiers: { 'social-card': tier },
      });
      // A machine that has much else to do is no fault of the plugin.
      Object.assign(current.site.contained.limits, { hookWaitMs: WAIT_MS, deadlineMs: WAIT_MS });
      const words = `<p>${'word '.repeat(460)}</p>`;
      entry = await current.site.entries.save(
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
    after(() => current.stop());

    const page = async (): Promise<string> => {
      const [presented] = await current.site.entries.present([entry], {});
      return (await current.inject({ url: presented?.url ?? '' })).body;
    };

    test('it is set up in its tier, and no plugin host is there for a trusted one', async () => {
      const plugin = current.site.plugins.get('social-card');
      assert.deepEqual([plugin?.state, plugin?.tier, plugin?.faults], ['active', tier, []]);
      await page();
      assert.equal(current.site.contained.hosts.size, tier === 'contained' ? 1 : 0);
    });

    test('a page has its tags, and others when the setting changes', async () => {
      const html = await page();
      assert.match(html, /<meta property="og:title" content="Long &amp; short">/);
      assert.match(html, /<meta property="og:site" content="@example">/);
      await current.site.options.update('plugin.social-card', (settings) => ({
        ...(settings as object),
        site: '@other',
      }));
      assert.match(await page(), /content="@other"/);
    });

    test('entries get its minutes', async () => {
      const [presented] = await current.site.entries.present([entry], {});
      assert.equal(presented?.minutes, 2);
    });

    test('the block is filled from its template, with what authors wrote escaped', async () => {
      assert.match(await page(), /<strong>&lt;i&gt;Now&lt;\/i&gt;<\/strong> Long &amp; short · 2 min/);
    });

    test('its address answers, and 404 for what is not there', async () => {
      const url = '/plugins/social-card/card';
      assert.deepEqual((await current.inject({ url: `${url}/${entry.id}` })).json(), {
        id: entry.id,
        title: 'Long & short',
        minutes: 2,
      });
      assert.equal((await current.inject({ url: `${url}/999999` })).statusCode, 404);
    });

    test('it is told what was saved, and keeps count', async () => {
      const { cookie } = await current.loginAs('administrator');
      const saves = async (): Promise<boolean> =>
        /Social cards[\s\S]*?<dd>[1-9]/.test((await current.inject({ url: '/admin', headers: { cookie } })).body);
      await until(saves);
    });

    test('its screen shows parts of all kinds, and does what its buttons say', async () => {
      const { cookie, token } = await current.loginAs('administrator');
      const url = '/admin/plugin/social-card/overview';
      const send = (fields: Record<string, string>) =>
        current.inject({
          method: 'POST',
          url,
          headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ _token: token, ...fields }).toString(),
        });
      const first = await current.inject({ url, headers: { cookie } });
      assert.equal(first.statusCode, 200);
      assert.match(
        first.body,
        /There is no note yet\.[\s\S]*<td>Long &amp; short<\/td>[\s\S]*data-chart="panel-2-1-0"/,
      );
      assert.match((await send({ _action: 'remember', note: '<b>hi</b>' })).body, /<p>&lt;b&gt;hi&lt;\/b&gt;<\/p>/);
      assert.match((await send({ _action: 'forget' })).body, /There is no note yet\./);
    });

    test('its scheduled work and its jobs run', async () => {
      assert.equal((await current.site.cron.run('social-card:forget')).error, null);
      const id = await current.site.jobs.enqueue('social-card:count', {});
      assert.equal((await current.site.jobs.wait(id, WAIT_MS)).state, 'done');
    });

    test('nothing went wrong on the way', () => {
      assert.deepEqual(current.site.plugins.get('social-card')?.faults, []);
    });
  });
}
