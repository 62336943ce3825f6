import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../testing.ts';
import { PluginBisect } from './plugin-bisect.ts';

const NAMES = ['till', 'kiosk', 'shelf', 'ticket', 'poster', 'lamp', 'bench'];
/** What the later ones need. */
const REQUIRES: Record<string, string[]> = { kiosk: ['till'], ticket: ['till'], poster: ['lamp'] };

describe('The search for the plugin that breaks the site', () => {
  let current: TestSite;
  let original: string[];

  before(async () => {
    current = await startTestSite({ plugins: ['posts'] });
    const folder = join(current.contentDir, 'plugins');
    for (const name of NAMES) {
      await mkdir(join(folder, name), { recursive: true });
      const galley = { title: name, requires: REQUIRES[name] ?? [] };
      const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley };
      await writeFile(join(folder, name, 'package.json'), JSON.stringify(manifest));
      await writeFile(join(folder, name, 'index.js'), 'export default { setup() {} };');
    }
    await current.site.plugins.discover([{ directory: folder, isFirstParty: false }]);
  });
  after(() => current.stop());
  beforeEach(async () => {
    for (const name of NAMES) await current.site.pluginChoice.activate(name);
    await current.site.pluginChoice.deactivate('bench');
    await current.site.pluginChoice.deactivate('feeds');
    original = (await current.site.pluginChoice.chosen()).sort();
  });

  const active = async (): Promise<string[]> => (await current.site.pluginChoice.chosen()).sort();
  /** Each step by itself, as commands are: nothing but the store knows of it. */
  const bisect = (): PluginBisect => new PluginBisect(current.site);

  test('finds each one, never leaves one without what it requires, and restores all that were active', async () => {
    for (const culprit of ['till', 'kiosk', 'shelf', 'ticket', 'poster', 'lamp']) {
      let step = await bisect().start();
      for (let steps = 0; step.state === 'searching'; steps++) {
        assert.ok(steps < 6, 'it comes to an end');
        const now = await active();
        assert.deepEqual(
          now.filter((name) => REQUIRES[name]?.some((needed) => !now.includes(needed))),
          [],
        );
        assert.ok(now.includes('posts'), 'those that come with Galley stay');
        step = await bisect().answer(!now.includes(culprit));
      }
      assert.deepEqual([step.state, step.culprit], ['found', culprit]);
      assert.deepEqual(await active(), original);
    }
  });

  test('says so where none is to blame', async () => {
    await bisect().start();
    assert.equal((await bisect().answer(false)).state, 'none');
    assert.deepEqual(await active(), original);
  });

  test('is given up at any time, and all is as it was', async () => {
    await bisect().start();
    await bisect().answer(true);
    await assert.rejects(bisect().start(), /A search runs already/);
    assert.notDeepEqual(await active(), original);
    assert.equal((await bisect().reset()).state, 'reset');
    assert.deepEqual(await active(), original);
    await assert.rejects(bisect().answer(true), /No search runs/);
  });
});
