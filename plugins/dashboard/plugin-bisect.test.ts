import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { writePlugins } from '../../test/support/contained-plugins.ts';

test('the plugin that breaks the site is found by answers, and all run again as before', async () => {
  const contentDir = await mkdtemp(join(tmpdir(), 'galley-bisect-'));
  const names = ['kiosk', 'lamp', 'shelf'];
  writePlugins(
    names.map((name) => ({ name })),
    join(contentDir, 'plugins'),
  );
  const current = await startTestSite({ contentDir });
  try {
    const { site } = current;
    const administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
    let page = await administrator.get('/admin/plugins/bisect');
    assert.match(page.text, /Nothing to search/);

    for (const name of names) await site.pluginChoice.activate(name);
    page = await administrator.get('/admin/plugins/bisect');
    page = await administrator.submit(page, 'Switch them off and begin');
    for (let answers = 0; page.url === '/admin/plugins/bisect'; answers++) {
      assert.ok(answers < 4, 'it comes to an end');
      assert.match(page.text, /Is the site well now\?/);
      const isBroken = (await site.pluginChoice.chosen()).includes('lamp');
      page = await administrator.submit(page, isBroken ? 'It is still broken' : 'It is well');
    }
    assert.equal(page.url, '/admin/plugins/lamp');
    assert.match(page.text, /It is The lamp\. All plugins run again as before/);

    await administrator.submit(await administrator.get('/admin/plugins/bisect'), 'Switch them off and begin');
    assert.deepEqual(
      names.filter((name) => site.plugins.get(name) && !current.site.plugins.get(name)?.isFirstParty),
      names,
    );
    const late = await administrator.get('/admin/plugins/bisect');
    page = await administrator.submit(late, 'Give up, and let all run again');
    assert.match(page.text, /The search is over/);
    assert.deepEqual((await site.pluginChoice.chosen()).filter((name) => names.includes(name)).sort(), names);

    page = await administrator.submit(late, 'It is well');
    assert.match(page.text, /Switch them off and begin/, 'an answer that comes too late changes nothing');
  } finally {
    await current.stop();
    await rm(contentDir, { recursive: true, force: true });
  }
});
