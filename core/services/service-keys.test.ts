import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const KEY = 'sk-canary-0123456789-wxyz';

forEachSite(
  { plugins: ['posts', 'dashboard'], config: { services: { keys: ['mailer=from-the-machine-9876'] } } },
  (suite) => {
    const declare = (): (() => void) => {
      const { site } = suite.current;
      const maps = site.serviceKeys.ownedBy('atlas');
      const undo = [
        maps.define('maps', { label: 'Key of the map', help: 'Draws maps.', url: 'https://maps.example/keys' }),
        maps.define('mailer', { label: 'Key of the mailer' }),
      ];
      return () => undo.forEach((one) => void one());
    };

    test('a key is stored encrypted, read by its own plugin only, and shown to nobody', async () => {
      const { site } = suite.current;
      const forget = declare();
      const own = site.serviceKeys.ownedBy('atlas');
      assert.equal(await own.get('maps'), undefined);
      await own.set('maps', KEY, SYSTEM);
      assert.equal(await own.get('maps'), KEY);
      assert.equal(await own.get('mailer'), 'from-the-machine-9876', 'the settings of the machine win');
      const other = site.serviceKeys.ownedBy('other');
      await assert.rejects(other.get('maps'), { code: 'GALLEY_PERMISSION_DENIED' });
      const options = site.options.ownedBy('other');
      for (const attempt of [
        () => options.get('service_key.maps'),
        () => options.set('service_key.maps', 'theirs'),
        () => options.remove('service_key.maps'),
      ])
        await assert.rejects(attempt, { code: 'GALLEY_PERMISSION_DENIED' });
      const editor = (await suite.current.loginAs('editor')).viewer;
      await assert.rejects(own.set('maps', 'x', editor), { code: 'GALLEY_PERMISSION_DENIED' });
      await assert.rejects(own.set('mailer', 'x', SYSTEM), { code: 'GALLEY_INPUT_INVALID' });
      const row = await site.database.read('options').where({ name: 'service_key.maps' }).first();
      assert.ok(row && !JSON.stringify(row).includes('canary'));
      for (const shown of [await site.options.all(), await site.serviceKeys.list()])
        assert.ok(!JSON.stringify(shown).includes('canary'));
      assert.equal((await site.serviceKeys.list()).find(({ name }) => name === 'maps')?.ending, 'wxyz');
      forget();
    });

    test('the screen stores a key, shows its last signs only, keeps what is wrong out of the page, and forgets it', async () => {
      const forget = declare();
      const administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
      const form = await administrator.get('/admin/settings/keys');
      assert.match(form.text, /Key of the map Draws maps\./);
      assert.match(form.text, /comes from the settings of the machine/);
      const wrong = await administrator.submit(form, 'Store it : Key of the map', { maps: 'two words-canary' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /A key has no blanks in it/);
      assert.doesNotMatch(wrong.html, /canary/);
      const stored = await administrator.submit(wrong, 'Store it : Key of the map', { maps: KEY });
      assert.match(stored.text, /One is stored\. It ends in wxyz\./);
      assert.doesNotMatch(stored.html, /canary/);
      const gone = await administrator.submit(stored, 'Forget it : Key of the map');
      assert.match(gone.text, /None is stored yet\./);
      const editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
      assert.equal((await editor.get('/admin/settings/keys')).status, 403);
      forget();
    });
  },
);
