import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { browserName } from './admin-sessions.ts';

let current: TestSite;
let administrator: Browser;
/** A picture of one point. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PASSWORD = 'quite another set of words';

before(async () => {
  current = await startTestSite({ plugins: ['posts', 'users', 'media'] });
  administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
});
after(() => current.stop());

test('an account is made with a role, and its person chooses the password by a link that works once', async () => {
  const form = await administrator.get('/admin/users/new');
  const wrong = await administrator.submit(form, 'Make the account', {
    'user.login': '*bad*',
    'user.email': 'nowhere',
  });
  assert.equal(wrong.status, 422);
  assert.match(wrong.html, /href="#f-user-login"/);
  assert.match(wrong.html, /href="#f-user-email"/);
  const made = await administrator.submit(wrong, 'Make the account', {
    'user.login': 'mary',
    'user.name': 'Mary',
    'user.email': 'mary@example.org',
    'user.roles': ['editor'],
  });
  const link = /value="http:\/\/[^/]+(\/admin\/reset\?token[^"]+)"/.exec(made.html)?.[1]?.replace('&#x3D;', '=') ?? '';
  const mary = new Browser(() => current);
  await mary.submit(await mary.get(link), 'Set the password', { password: PASSWORD, repeated: PASSWORD });
  assert.equal((await mary.post('/admin/login', { login: 'mary', password: PASSWORD })).url, '/admin');
  const user = await current.site.users.findByLogin('mary');
  assert.deepEqual([user?.roles, user?.name], [['editor'], 'Mary']);
});

test('a name that is taken is refused with what was typed', async () => {
  await current.site.users.create({ login: 'taken' }, SYSTEM);
  const form = await administrator.get('/admin/users/new');
  const refused = await administrator.submit(form, 'Make the account', { 'user.login': 'taken', 'user.name': 'Kept' });
  assert.match(refused.text, /Somebody has this login/);
  assert.match(refused.html, /value="Kept"/);
});

test('roles are changed, somebody is locked out at once, and the last administrator stays', async () => {
  const { user, cookie } = await current.loginAs('author');
  const page = await administrator.submit(await administrator.get(`/admin/users/${user.id}`), 'Save', {
    'user.name': 'Renamed',
    'user.roles': ['editor'],
  });
  assert.match(page.text, /Renamed is saved/);
  assert.deepEqual((await current.site.users.find(user.id))?.roles, ['editor']);
  assert.match(
    (await new Browser(() => current, cookie).get('/admin')).url,
    /login/,
    'who has another role logs in again',
  );
  await administrator.submit(page, 'Lock out');
  assert.equal((await current.site.users.find(user.id))?.status, 'disabled');
  const own = (await current.site.users.list({ role: 'administrator' }, SYSTEM))[0];
  const refused = await administrator.submit(await administrator.get(`/admin/users/${own?.id}`), 'Save', {
    'user.roles': ['author'],
  });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /last administrator/);
  assert.deepEqual((await current.site.users.find(own?.id ?? 0))?.roles, ['administrator']);
});

test('who is deleted leaves the work to somebody', async () => {
  const { user } = await current.loginAs('author');
  const heir = await current.site.users.create({ login: 'heir', name: 'The heir', roles: ['author'] }, SYSTEM);
  const entry = await current.site.entries.save(
    { type: 'post', title: 'Left', status: 'publish', authorId: user.id },
    { viewer: SYSTEM },
  );
  const asked = await administrator.get(`/admin/users/${user.id}/delete`);
  assert.match(asked.text, /has written one entry/);
  await administrator.submit(asked, 'Delete the account', { reassign: String(heir.id) });
  assert.equal(await current.site.users.find(user.id), undefined);
  assert.equal((await current.site.entries.need(entry.id)).authorId, heir.id);
});

test('everybody changes his own profile, and an address only after proving who he is', async () => {
  const { user, cookie } = await current.loginAs('subscriber');
  const reader = new Browser(() => current, cookie);
  const form = await reader.get('/admin/profile');
  assert.doesNotMatch(form.html, /name="user.roles"|name="user.login"/);
  const saved = await reader.submit(form, 'Save profile', {
    'user.name': 'A reader',
    'user.first_name': 'Ann',
    'user.url': 'https://example.org/',
  });
  assert.match(saved.text, /Your profile is saved/);
  assert.equal((await current.site.services.use('profiles').of([user.id])).get(user.id)?.['first_name'], 'Ann');
  await current.site.database.write('sessions').where({ user_id: user.id }).update({ authenticated_at: 0 });
  await current.site.cache.flush();
  const asked = await reader.submit(await reader.get('/admin/profile'), 'Save profile', {
    'user.email': 'new@example.org',
  });
  assert.equal(asked.status, 403);
  assert.match(asked.text, /Is it you\?/);
  assert.notEqual((await current.site.users.find(user.id))?.email, 'new@example.org');
});

test('one’s language, layout and keys are kept with the profile, and a picture only if visitors may see it', async () => {
  const { user, cookie } = await current.loginAs('author');
  const author = new Browser(() => current, cookie);
  const saved = await author.submit(await author.get('/admin/profile'), 'Save profile', {
    'look.mode': 'dark',
    'look.layout': 'both',
    'look.compact': true,
    'look.keys': false,
  });
  assert.match(saved.html, /data-theme="dark"/);
  assert.match(saved.html, /is-compact/);
  const meta = (await current.site.meta.of('user', [user.id])).get(user.id) ?? {};
  assert.deepEqual([meta['admin_layout'], meta['admin_keys_off']], [['both'], ['1']]);
  const token = /name="_token" value="([^"]+)"/.exec(saved.html)?.[1] ?? '';
  const { name, email, slug } = user;
  const sent = { _token: token, 'user.name': name, 'user.email': email, 'user.slug': slug, 'user.picture': '999' };
  const wrong = await author.post('/admin/profile', sent);
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /Choose a picture that visitors may see/);
});

test('a picture that somebody chose stands beside what he writes and is his no more when he takes it away', async () => {
  const { site } = current;
  const { user } = await current.loginAs('author');
  const path = join(site.config.content.dir, 'face.png');
  await writeFile(path, Buffer.from(PIXEL, 'base64'));
  const file = await site.services.use('media').receive({ path, name: 'face.png' }, { viewer: SYSTEM });
  const pictures = site.services.use('pictures');
  await pictures.choose(user.id, file.id);
  const draft = { type: 'post', title: 'Seen', status: 'publish', authorId: user.id } as const;
  const post = await site.entries.save(draft, { viewer: SYSTEM });
  const shown = async (): Promise<string | undefined> => (await site.entries.present([post]))[0]?.author.avatar;
  assert.match((await shown()) ?? '', /^\/media\/.*face/);
  await pictures.choose(user.id, 0);
  assert.equal(await shown(), undefined);
});

test('one sees where one is logged in and ends it, and nobody else’s', async () => {
  const { user, cookie } = await current.loginAs('author');
  const other = await current.loginAs('author');
  const { token } = await current.site.sessions.create(user.id, {
    address: '10.1.2.3',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
  });
  const author = new Browser(() => current, cookie);
  const list = await author.get('/admin/profile');
  assert.match(list.text, /Firefox on Linux.*10\.1\.2\.3/);
  const [theirs] = await current.site.sessions.listOf(other.user.id);
  await author.post(`/admin/profile/sessions/${theirs?.idHash}`, {
    _token: /name="_token" value="([^"]+)"/.exec(list.html)?.[1] ?? '',
  });
  assert.equal((await current.site.sessions.listOf(other.user.id)).length, 1);
  await author.submit(list, 'End all others');
  assert.equal(await current.site.sessions.read(token), undefined);
  assert.equal((await author.get('/admin')).url, '/admin', 'this session goes on');
});

test('browsers are named in two words', () => {
  const plain = (text: string, values: Readonly<Record<string, unknown>> = {}): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  assert.equal(
    browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604', plain),
    'Safari on iOS',
  );
  assert.equal(browserName('curl/8', plain), 'A browser');
});
