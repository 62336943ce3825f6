import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachTier, until } from 'galley/testing';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks', 'dashboard'] }, (suite) => {
  const get = async (url: string): Promise<string> => {
    const { cookie } = await suite.current.loginAs('editor');
    return (await suite.current.inject({ url, headers: { cookie } })).body;
  };

  test('where nothing is old it says so', async () => {
    assert.match(await get('/admin'), /Every post was looked after lately\./);
  });

  test('an old post is listed until somebody changes it', async () => {
    const { entries, database } = suite.current.site;
    const old = await entries.save({ type: 'post', status: 'publish', title: 'Dusty & old' }, { viewer: SYSTEM });
    await database
      .write('entries')
      .where({ id: old.id })
      .update({ modified_at: Date.UTC(2001, 0, 2) });
    await entries.save({ type: 'post', status: 'publish', title: 'Fresh' }, { viewer: SYSTEM });
    await until(async () => (await get('/admin')).includes('2001-01-02'));
    const list = await get('/admin/plugin/old-posts/list');
    assert.match(list, new RegExp(`href="/admin/content/post/${old.id}"[^>]*>Dusty &amp; old \\(2001-01-02\\)`));
    assert.doesNotMatch(list, /Fresh/);
    await entries.save({ id: old.id, content: '<p>New.</p>' }, { viewer: SYSTEM });
    await until(async () => !(await get('/admin')).includes('2001-01-02'));
  });
});
