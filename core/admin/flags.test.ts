import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANONYMOUS } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

forEachSite({ plugins: ['posts', 'dashboard'] }, (suite) => {
  test('a feature is rolled out to more and more people, and who has it keeps it', async () => {
    const { flags } = suite.current.site;
    const remove = flags.define('new-search', { title: 'The new search', summary: 'Finds more.' });
    const people = Array.from({ length: 1000 }, (_, index) => ({ id: index + 1 }));
    const having = async () => {
      const all = await Promise.all(
        people.map(async (person) => ((await flags.isOn('new-search', person)) ? person.id : 0)),
      );
      return all.filter(Boolean);
    };
    assert.equal((await having()).length, 0);
    await flags.set('new-search', 20);
    const some = await having();
    assert.ok(some.length > 140 && some.length < 260, `${some.length} of 1000`);
    await flags.set('new-search', 60);
    const more = new Set(await having());
    assert.ok(some.every((id) => more.has(id)));
    assert.equal(await flags.isOn('new-search', ANONYMOUS), false);
    await flags.set('new-search', 100);
    assert.equal(await flags.isOn('new-search', ANONYMOUS), true);
    await assert.rejects(flags.set('new-search', 101), { code: 'GALLEY_OPTION_INVALID' });
    remove();
    await assert.rejects(flags.isOn('new-search'), { code: 'GALLEY_REGISTRY_UNKNOWN' });
  });

  test('the screen sets it, says what is wrong, and is for administrators', async () => {
    const { site } = suite.current;
    const administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    assert.match((await administrator.get('/admin/features')).text, /Nothing is being rolled out/);
    const remove = site.flags.define('wide', { title: 'The wide page', percent: 5 });
    const form = await administrator.get('/admin/features');
    const refused = await administrator.submit(form, 'Save', { wide: '120' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /whole number from 0 to 100/);
    await administrator.submit(refused, 'Save', { wide: '50' });
    assert.equal((await site.flags.list()).find(({ name }) => name === 'wide')?.percent, 50);
    const editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    assert.equal((await editor.get('/admin/features')).status, 403);
    remove();
  });
});
