import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GalleyError, isGalleyError, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { avatarPath, avatarSvg, hueOf, initialsOf } from './avatar.ts';

let testSite: TestSite;
before(async () => {
  testSite = await startTestSite({ plugins: ['posts', 'users'] });
});
after(() => testSite.stop());

async function write(authorId: number, title: string, status: 'publish' | 'draft' = 'publish') {
  return testSite.site.entries.save({ type: 'post', title, content: '', status, authorId }, { viewer: SYSTEM });
}

test('only who has published something is an author, without login and e-mail address', async () => {
  const { site } = testSite;
  const ada = await site.users.create(
    {
      login: 'secretlogin',
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      bio: 'First.',
      url: 'https://example.org',
      roles: ['author'],
    },
    SYSTEM,
  );
  const authors = site.services.use('authors');
  assert.equal(await authors.find('ada-lovelace'), undefined);
  await write(ada.id, 'Draft', 'draft');
  assert.equal(await authors.find('ada-lovelace'), undefined);
  await write(ada.id, 'One');
  await write(ada.id, 'Two');
  const found = await authors.find('ada-lovelace');
  assert.deepEqual(found, {
    id: ada.id,
    name: 'Ada Lovelace',
    slug: 'ada-lovelace',
    bio: 'First.',
    website: 'https://example.org',
    initials: 'AL',
    avatar: avatarPath('Ada Lovelace'),
    published: 2,
  });
  assert.deepEqual(await authors.get(ada.id), found);
  const page = await authors.list();
  assert.deepEqual([page.items.map(({ slug }) => slug), page.next], [['ada-lovelace'], null]);
  assert.ok(!JSON.stringify(page).includes('secretlogin') && !JSON.stringify(page).includes('ada@'));
});

test('who has published a page and no post has a list of posts that is empty, who has published nothing has none', async () => {
  const { site, inject } = testSite;
  const [writer, reader] = [
    await site.users.create({ login: 'pagewriter', name: 'Page Writer', roles: ['editor'] }, SYSTEM),
    await site.users.create({ login: 'onlyreader', name: 'Only Reader', roles: ['editor'] }, SYSTEM),
  ];
  await site.entries.save(
    { type: 'page', title: 'Of his', status: 'publish', authorId: writer.id },
    { viewer: SYSTEM },
  );
  assert.equal((await inject({ url: `/author/${writer.slug}/` })).statusCode, 200);
  assert.equal((await inject({ url: `/author/${writer.slug}/page/2/` })).statusCode, 404);
  assert.equal((await inject({ url: `/author/${reader.slug}/` })).statusCode, 404);
});

test('a list of authors goes on where it ended', async () => {
  const { site } = testSite;
  for (const login of ['list-a', 'list-b'])
    await write((await site.users.create({ login, roles: ['author'] }, SYSTEM)).id, login);
  const authors = site.services.use('authors');
  const seen: string[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const { items, next } = await authors.list({ limit: 1, after });
    seen.push(...items.map(({ slug }) => slug));
    after = next;
  }
  assert.deepEqual(
    seen.filter((slug) => slug.startsWith('list-')),
    ['list-a', 'list-b'],
  );
});

test('an avatar is made here from letters and a colour, and is what it says', async () => {
  const reply = await testSite.inject({ url: avatarPath('Ada Lovelace') });
  assert.equal(reply.statusCode, 200);
  assert.match(String(reply.headers['content-type']), /^image\/svg\+xml/);
  assert.match(String(reply.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.match(reply.body, />AL<\/text>/);
  for (const path of [
    '/avatar/400/AL.svg',
    '/avatar/1/ALX.svg',
    '/avatar/1/%3Cs.svg',
    '/avatar/1/%22%3E.svg',
    '/avatar/x/AL.svg',
  ]) {
    const refused = await testSite.inject({ url: path });
    assert.ok(refused.statusCode >= 400 && refused.statusCode < 500, `${path}: ${refused.statusCode}`);
    assert.doesNotMatch(String(refused.headers['content-type']), /svg/);
  }
});

test('every name has initials and a colour', () => {
  assert.deepEqual(
    [
      'Ada Lovelace',
      'ada',
      'Jean-Luc van der Picard',
      '  ',
      '🙂 smile',
      'Émile',
      '李 小龍',
      '"><script>',
      'ﬁ ﬂ',
      'a 𝒜',
    ].map(initialsOf),
    ['AL', 'A', 'JP', '?', 'S', 'É', '李小', 'S', 'FI', 'A𝒜'],
  );
  assert.equal(hueOf('Ada'), hueOf('Ada'));
  assert.ok([...'abcdefgh'].every((name) => hueOf(name) >= 0 && hueOf(name) < 360));
  assert.ok(!avatarSvg({ initials: '<>', hue: 1 }).includes('<>'));
});

test('people keep profile fields of their own; others do not change them; unknown fields are refused', async () => {
  const { site, loginAs } = testSite;
  const profiles = site.services.use('profiles');
  profiles.fields.define('pronouns', { label: 'Pronouns', isPublic: true, maxLength: 20 });
  const [author, editor] = [await loginAs('author'), await loginAs('editor')];
  await profiles.set(author.user.id, { first_name: 'Grace', pronouns: 'she' }, author.viewer);
  const own = (await profiles.of([author.user.id])).get(author.user.id);
  assert.deepEqual(own, { first_name: 'Grace', last_name: '', nickname: '', pronouns: 'she' });
  assert.deepEqual((await profiles.of([author.user.id], { publicOnly: true })).get(author.user.id), {
    pronouns: 'she',
  });
  await profiles.set(author.user.id, { first_name: '' }, author.viewer);
  assert.equal((await profiles.of([author.user.id])).get(author.user.id)?.['first_name'], '');
  const set = (values: Record<string, string>) => profiles.set(author.user.id, values, author.viewer);
  for (const values of [{ role: 'administrator' }, { pronouns: 'x'.repeat(21) }, { first_name: 'a\nb' }]) {
    await assert.rejects(set(values as never), (error) => isGalleyError(error, 'GALLEY_INPUT_INVALID'));
  }
  await assert.rejects(profiles.set(author.user.id, { first_name: 'X' }, editor.viewer), (error) =>
    isGalleyError(error, 'GALLEY_PERMISSION_DENIED'),
  );
});

test('what somebody wrote goes to another user when he is deleted', async () => {
  const { site } = testSite;
  const [leaver, heir] = [
    await site.users.create({ login: 'leaver', roles: ['author'] }, SYSTEM),
    await site.users.create({ login: 'heir' }, SYSTEM),
  ];
  const [one, draft] = [await write(leaver.id, 'His work'), await write(leaver.id, 'His draft', 'draft')];
  await site.users.remove(leaver.id, { reassignTo: heir.id }, SYSTEM);
  for (const { id, title, status } of [one, draft]) {
    const now = await site.entries.get(id, SYSTEM);
    assert.deepEqual([now?.authorId, now?.title, now?.status], [heir.id, title, status]);
  }
  assert.equal((await site.services.use('authors').get(heir.id))?.published, 1);
});

test('without an heir it goes to the trash, and a deletion that fails leaves all as it was', async () => {
  const { site } = testSite;
  const leaver = await site.users.create({ login: 'leaver2', roles: ['author'] }, SYSTEM);
  const entry = await write(leaver.id, 'Mine');
  const remove = site.hooks.addFilter(
    'user:removing',
    () => {
      throw new GalleyError('GALLEY_INPUT_INVALID', 'Not yet.');
    },
    { priority: 99 },
  );
  await assert.rejects(site.users.remove(leaver.id, { reassignTo: null }, SYSTEM), /Not yet/);
  remove();
  assert.equal((await site.entries.get(entry.id, SYSTEM))?.status, 'publish');
  await site.users.remove(leaver.id, { reassignTo: null }, SYSTEM);
  assert.equal((await site.entries.get(entry.id, SYSTEM))?.status, 'trash');
});

test('the health check tells of a site without an administrator, and of passwords that others chose', async () => {
  const { site } = testSite;
  const check = async () => (await site.health.need('users')()).status;
  assert.equal(await check(), 'degraded');
  const { viewer } = await testSite.loginAs('administrator');
  assert.equal(await check(), 'ok');
  await site.users.create(
    { login: 'second', password: 'quiet teapot orbit seventy', roles: ['administrator'] },
    viewer,
  );
  assert.equal(await check(), 'degraded');
});
