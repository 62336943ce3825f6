import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';

let current: TestSite;
before(async () => {
  current = await startTestSite();
});
after(() => current?.stop());

async function authors(): Promise<(number | null)[]> {
  const { items } = await current.site.entries.find({ type: ['post', 'page'], status: 'publish', limit: 20 }, SYSTEM);
  return [...new Set(items.map(({ authorId }) => authorId))];
}
const read = async (url: string): Promise<string> => (await current.inject({ url })).payload;

test('what came with the site is nobody’s until there is an administrator, and the first one’s from then on', async () => {
  assert.deepEqual(await authors(), [null]);
  const before = await read('/');
  assert.match(before, /The first proof/);
  assert.doesNotMatch(before, /rel="author"|\/author\//);

  await current.loginAs('editor');
  assert.deepEqual(await authors(), [null], 'a person of another role is not meant');
  const { user } = await current.loginAs('administrator');
  assert.deepEqual(await authors(), [user.id]);
  await current.loginAs('administrator');
  assert.deepEqual(await authors(), [user.id], 'a second one changes nothing');

  assert.match(await read('/'), new RegExp(`href="/author/${user.slug}/" rel="author"`));
  assert.match(await read(`/author/${user.slug}/`), /The first proof/);
  assert.match(await read('/feed/atom/'), new RegExp(`<name>${user.name}</name>`));
});
