// What the commands of people and themes do to the site, and how they answer.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { User } from '../../core/identity/user.ts';
import { SYSTEM } from '../../core/identity/viewer.ts';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { commandLines } from '../support/command-line.ts';

const FACTS = { address: '192.0.2.7', agent: 'test' };
let current: TestSite;
before(async () => {
  current = await startTestSite({ plugins: ['posts', 'users'] });
});
after(() => current.stop());

const { galley, said, asJson, refused } = commandLines(() => current.site);
const user = (login: string): Promise<User | undefined> => current.site.users.findByLogin(login);

test('user create makes somebody who chooses his password by the link that is printed, and no other way', async () => {
  const { code, out, err } = await galley('user', 'create', 'ada', 'ada@example.org', '--role=author');
  assert.deepEqual([code, /^\d+\n$/.test(out)], [0, true], err);
  const token = /\/admin\/reset\?token=(\S+)/.exec(err)?.[1] ?? '';
  const made = await user('ada');
  assert.deepEqual(
    [made?.id, made?.email, made?.name, made?.roles, made?.status],
    [Number(out), 'ada@example.org', 'ada', ['author'], 'active'],
  );
  await current.site.passwordResets.complete(decodeURIComponent(token), TEST_PASSWORD);
  const silent = await galley(
    'user',
    'create',
    'eve',
    'eve@example.org',
    `--user_pass=${TEST_PASSWORD}`,
    '--display_name=Eve E.',
  );
  assert.equal(silent.err, '', 'no link where a password was given');
  assert.deepEqual([(await user('eve'))?.roles, (await user('eve'))?.name], [['subscriber'], 'Eve E.']);
});

test('user create refuses what cannot be', async () => {
  await refused(1, /login or e-mail address already/, 'user', 'create', 'ada2', 'ADA@example.org');
  await refused(1, /e-?mail/i, 'user', 'create', 'bert', 'no-address');
  await refused(1, /no role "king"/, 'user', 'create', 'bert', 'bert@example.org', '--role=king');
  await refused(1, /password/i, 'user', 'create', 'bert', 'bert@example.org', '--user_pass=1234');
  await refused(1, /create_users/, 'user', 'create', 'bert', 'bert@example.org', '--user=ada');
  assert.equal(await user('bert'), undefined);
});

test('user list and user get know people by role, by words, by id, login and address', async () => {
  assert.deepEqual(await asJson('user', 'list', '--role=author', '--fields=user_login,roles'), [
    { user_login: 'ada', roles: 'author' },
  ]);
  assert.equal(await said('user', 'list', '--search=eve', '--field=user_email'), 'eve@example.org');
  assert.equal(await said('user', 'list', '--format=count'), '2');
  assert.equal(await said('user', 'list', '--format=count', '--limit=1'), '1');
  const id = String((await user('ada'))?.id);
  for (const name of [id, 'ada', 'ADA', 'ada@example.org'])
    assert.equal(await said('user', 'get', name, '--field=ID'), id, name);
  const shown = JSON.stringify(await asJson('user', 'get', 'ada'));
  assert.doesNotMatch(shown, /password|hash|argon/i);
  await refused(1, /There is no user "nobody"/, 'user', 'get', 'nobody');
  await refused(1, /list_users/, 'user', 'list', '--user=ada');
  await refused(1, /list_users/, 'user', 'get', 'eve', '--user=ada');
  assert.equal(await said('user', 'get', 'ada', '--user=ada', '--field=ID'), id, 'oneself');
});

test('user update changes what is named and nothing besides', async () => {
  await said('user', 'update', 'ada', '--description=First.', '--user_url=https://example.org/');
  const { code, out, err } = await galley('user', 'update', 'ada@example.org', '--display_name=Ada L.');
  assert.deepEqual([code, out, err], [0, '', 'Success: Changed ada.\n']);
  const ada = await user('ada');
  assert.deepEqual(
    [ada?.name, ada?.email, ada?.bio, ada?.url, ada?.roles],
    ['Ada L.', 'ada@example.org', 'First.', 'https://example.org/', ['author']],
  );
  await said('user', 'update', 'ada', '--description=');
  assert.equal((await user('ada'))?.bio, '');
  await refused(2, /what/, 'user', 'update', 'ada');
  await refused(1, /already/, 'user', 'update', 'ada', '--user_email=eve@example.org');
  await refused(1, /edit_users/, 'user', 'update', 'eve', '--display_name=x', '--user=ada');
});

test('user set-role gives roles in place of others, ends sessions, and leaves an administrator', async () => {
  const eve = await user('eve');
  const { token } = await current.site.sessions.create(Number(eve?.id), FACTS);
  assert.equal((await galley('user', 'set-role', 'eve', 'editor')).err, 'Success: eve is editor now.\n');
  assert.deepEqual((await user('eve'))?.roles, ['editor']);
  assert.equal(await current.site.sessions.read(token), undefined);
  assert.equal((await galley('user', 'set-role', 'eve', 'editor')).code, 0, 'again');
  await refused(1, /no role "king"/, 'user', 'set-role', 'eve', 'king');
  await said('user', 'create', 'root', 'root@example.org', '--role=administrator', `--user_pass=${TEST_PASSWORD}`);
  await refused(1, /last administrator/, 'user', 'set-role', 'root', 'subscriber');
  await refused(1, /last administrator/, 'user', 'delete', 'root', '--yes');
  await refused(1, /may do more|needs/, 'user', 'set-role', 'eve', 'administrator', '--user=eve');
  assert.deepEqual((await user('root'))?.roles, ['administrator']);
});

test('user reset-password prints a link for each, which works once', async () => {
  const rows = await asJson('user', 'reset-password', 'ada', 'eve@example.org');
  assert.deepEqual(
    rows.map((row: { user_login: string }) => row.user_login),
    ['ada', 'eve'],
  );
  const token = decodeURIComponent(String(rows[0].link).split('token=')[1] ?? '');
  await current.site.passwordResets.complete(token, `${TEST_PASSWORD} anew`);
  await assert.rejects(current.site.passwordResets.complete(token, `${TEST_PASSWORD} twice`));
  await refused(1, /There is no user "nobody"/, 'user', 'reset-password', 'ada', 'nobody');
});

test('user delete gives entries to who is named, or to the trash, and asks before', async () => {
  const make = async (login: string): Promise<[string, number]> => {
    const id = await said(
      'user',
      'create',
      login,
      `${login}@example.org`,
      '--role=author',
      `--user_pass=${TEST_PASSWORD}`,
    );
    const post = await said(
      'post',
      'create',
      `--post_title=By ${login}`,
      `--post_author=${id}`,
      '--post_status=publish',
    );
    return [id, Number(post)];
  };
  const [[, first], [, second], [heir, third]] = [await make('uno'), await make('due'), await make('tre')];
  const entry = (id: number) => current.site.entries.get(id, SYSTEM);
  await refused(2, /Delete uno\? .*add --yes/, 'user', 'delete', 'uno', '--reassign=tre');
  await refused(1, /There is no user "nobody"/, 'user', 'delete', 'uno', '--reassign=nobody', '--yes');
  await refused(1, /There is no user "nobody"/, 'user', 'delete', 'uno', 'nobody', '--yes');
  await refused(2, /tre/, 'user', 'delete', 'uno', 'tre', '--reassign=tre', '--yes');
  await refused(1, /delete_users/, 'user', 'delete', 'uno', '--yes', '--user=ada');
  assert.equal((await entry(first))?.status, 'publish');
  const { code, err } = await galley('user', 'delete', 'uno', 'uno@example.org', '--reassign=tre', '--yes');
  assert.deepEqual([code, err], [0, 'Success: Deleted uno.\n']);
  assert.deepEqual([await user('uno'), (await entry(first))?.authorId], [undefined, Number(heir)]);
  await said('user', 'delete', 'due', '--yes');
  assert.equal((await entry(second))?.status, 'trash');
  assert.equal((await entry(third))?.status, 'publish', 'of nobody else');
  await refused(1, /There is no user "uno"/, 'user', 'delete', 'uno', '--yes');
});

test('user unlock lets somebody log in again who failed too often, and is for those who may edit people', async () => {
  const login = (password: string) => current.site.login.withPassword('ada', password, FACTS);
  const right = `${TEST_PASSWORD} anew`;
  for (let attempt = 0; attempt < 6; attempt++) await login('wrong').catch(() => undefined);
  const isLocked = await login(right).then(
    () => false,
    () => true,
  );
  assert.ok(isLocked);
  await refused(1, /edit_users/, 'user', 'unlock', 'ada', '--user=tre');
  assert.equal((await galley('user', 'unlock', 'ada')).err, 'Success: ada may log in again.\n');
  await login(right);
});

test('theme new makes a theme that passes theme check and is activated', async () => {
  const folder = await said('theme', 'new', 'gazette', '--title=The Gazette');
  assert.equal(folder, join(current.contentDir, 'themes', 'gazette'));
  assert.equal(JSON.parse(await readFile(join(folder, 'theme.json'), 'utf8')).title, 'The Gazette');
  assert.equal((await galley('theme', 'check', 'gazette')).err, 'Success: The theme "gazette" has no errors.\n');
  const before = (await asJson('theme', 'list')).find((row: { status: string }) => row.status === 'active').name;
  for (const _ of ['once', 'again'])
    assert.equal(
      (await galley('theme', 'activate', 'gazette')).err,
      'Success: The site has the theme "gazette" now.\n',
    );
  const rows = await asJson('theme', 'list', '--fields=name,status,title');
  assert.deepEqual(
    rows.find((row: { name: string }) => row.name === 'gazette'),
    { name: 'gazette', status: 'active', title: 'The Gazette' },
  );
  assert.equal(rows.find((row: { name: string }) => row.name === before).status, 'inactive');
  assert.match((await current.inject({ url: '/' })).body, /<main id="main">/);
  await said('theme', 'new', 'special', `--parent=${before}`);
  assert.equal((await asJson('theme', 'list')).find((row: { name: string }) => row.name === 'special').parent, before);
  await said('theme', 'activate', before);
});

test('a theme with an error is told by check, and never becomes the one of the site', async () => {
  const folder = join(current.contentDir, 'themes', 'broken');
  await said('theme', 'new', 'broken');
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'templates', 'index.hbs'), '{{#if}}');
  const { code, out } = await galley('theme', 'check', 'broken', '--format=json');
  assert.equal(code, 1);
  const [problem] = JSON.parse(out);
  assert.deepEqual([problem.level, /index\.hbs$/.test(problem.file)], ['error', true]);
  await refused(1, /"broken" has 1 errors; the first: .*index\.hbs/, 'theme', 'activate', 'broken');
  assert.equal(
    (await asJson('theme', 'list')).find((row: { name: string }) => row.name === 'broken').status,
    'inactive',
  );
  const clean = await galley('theme', 'check', 'default', '--format=json');
  assert.deepEqual([clean.code, JSON.parse(clean.out)], [0, []]);
});

test('theme commands refuse what cannot be', async () => {
  for (const verb of ['activate', 'check']) await refused(1, /no theme "nowhere"/, 'theme', verb, 'nowhere');
  await refused(1, /There is a theme "default" already/, 'theme', 'new', 'default');
  await refused(1, /cannot name a theme/, 'theme', 'new', '../x');
  await refused(1, /no theme "nowhere"/, 'theme', 'new', 'child', '--parent=nowhere');
  await refused(1, /switch_themes/, 'theme', 'activate', 'default', '--user=ada');
  await refused(1, /switch_themes/, 'theme', 'new', 'mine', '--user=ada');
});
