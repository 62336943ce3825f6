// The life of a plugin in the admin, without a command line and without script: from a file to its end.
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LoggedIn, startTestSite, type TestSite } from 'galley/testing';
import { Browser, type Page } from '../../test/support/browser.ts';
import { MULTIPART, multipart } from '../../test/support/multipart.ts';
import { buildRegistry, keyIn, packPlugin, revoke, writePlugin } from '../../test/support/plugin-shop.ts';
import { buildZip } from '../../test/support/zip.ts';
import { PLUGIN_JOB } from './plugin-order.ts';
import { tidyPackages } from './plugin-uploads.ts';
import { saidWords } from './plugin-words.ts';

const DAY_MS = 86_400_000;
const TABLE = (name: string): string =>
  `export async function up(schema) { await schema.createTable('${name}', (table) => { table.bigIncrements('id'); }); }\nexport async function down(schema) { await schema.dropTable('${name}'); }\n`;

describe('plugins in the admin', () => {
  let folder = '';
  let current: TestSite;
  let by: LoggedIn;
  let administrator: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'galley-plugin-screens-'));
    await mkdir(join(folder, 'registry'));
    const plugins = { registry: join(folder, 'registry'), minimumReleaseAge: 0 };
    current = await startTestSite({ config: { plugins, jobs: { enabled: false } } });
    by = await current.loginAs('administrator');
    administrator = new Browser(() => current, by.cookie);
  });
  after(async () => {
    await current?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The page of what was asked for last, when it has ended. */
  async function ended(): Promise<Page> {
    await current.site.jobs.work();
    const [job] = await current.site.jobs.list({ name: PLUGIN_JOB, limit: 1 });
    assert.ok(job);
    return administrator.get(`/admin/plugins/changes/${job.id}`);
  }

  async function upload(name: string, file: Buffer): Promise<Page> {
    const payload = multipart({ _token: by.token, source: '' }, { name, bytes: file });
    const headers = { cookie: by.cookie, 'sec-fetch-site': 'same-origin', ...MULTIPART };
    const reply = await current.inject({ method: 'POST', url: '/admin/plugins/install', headers, payload });
    return reply.statusCode === 303 ? ended() : ({ status: reply.statusCode, text: reply.body } as Page);
  }

  async function typed(source: string): Promise<Page> {
    const page = await administrator.submit(await administrator.get('/admin/plugins/install'), 'Look at it', {
      source,
    });
    return page.status === 200 ? ended() : page;
  }

  const locked = async (name: string): Promise<string | undefined> =>
    (await current.site.pluginChanges.lock.read())[name]?.version;

  test('what came of a change is said in the language of the reader, also where sentences were put together', async () => {
    const german = (await current.site.admin.views.texts()).for('de');
    const page = { t: german.translate.bind(german) };
    const said = saidWords(
      page,
      'press broke. What nobody needs any more goes when the processes have ended that still run it.',
    );
    assert.match(said, /^press broke\. Was niemand mehr braucht, verschwindet/);
    const stays = saidWords(page, 'There is no entry 7. Its tables and their data stay.');
    assert.equal(stays, 'Den Eintrag 7 gibt es nicht. Seine Tabellen und deren Daten bleiben.');
  });

  test('a package is uploaded, shows what it asks for, and is installed only then', async () => {
    const galley = { capabilities: ['kv'] };
    const from = await writePlugin(join(folder, 'kiosk'), { name: 'kiosk', version: '1.0.0', galley });
    const { file } = await packPlugin(from, folder);
    const shown = await upload('kiosk-1.0.0.zip', await readFile(file));
    assert.match(
      shown.text,
      /kiosk 1\.0\.0.*Asks to be allowed Keep values of its own kv.*Publisher Ann.*It is not signed.*sha512-/s,
    );
    assert.equal(await locked('kiosk'), undefined, 'nothing is there before somebody agrees');
    await administrator.submit(shown, 'Only install');
    assert.match((await ended()).text, /kiosk 1\.0\.0 is installed\./);
    assert.equal(await locked('kiosk'), '1.0.0');
    assert.ok(!(await current.site.pluginChoice.chosen()).includes('kiosk'));
    const again = await upload('kiosk-1.0.0.zip', await readFile(file));
    assert.match(again.text, /nothing newer than what is installed/);
  });

  test('hostile archives, other files and paths of the server are refused with the reason', async () => {
    const hostile = buildZip([{ name: '../escape.txt', data: 'x' }]);
    assert.match((await upload('evil.zip', hostile)).text, /escape/);
    assert.match((await upload('bomb.zip', Buffer.from('no zip at all'))).text, /bomb\.zip.*(not|no) /s);
    const wrong = await upload('picture.png', Buffer.from('x'));
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /must end with \.zip/);
    for (const source of ['folder:/etc', 'file:/etc/passwd', 'git+file:///etc#main']) {
      const refused = await typed(source);
      assert.equal(refused.status, 422, source);
      assert.match(refused.text, /on its command line/);
    }
    assert.match((await typed('nobody-has-this')).text, /no plugin "nobody-has-this"/);
  });

  test('an update shows what differs, is tried and switched, and is gone back from with its tables', async () => {
    const one = { 'migrations/20260101000000_one.ts': TABLE('press_one') };
    const two = { ...one, 'migrations/20260102000000_two.ts': TABLE('press_two') };
    const publish = async (version: string, capabilities: string[], files: Record<string, string>): Promise<void> => {
      await writePlugin(join(folder, 'press'), { name: 'press', version, galley: { capabilities }, files });
      await buildRegistry({ folder: join(folder, 'press'), out: join(folder, 'registry') });
    };
    await publish('1.0.0', ['kv'], one);
    await administrator.submit(await typed('press'), 'Install and activate');
    assert.match((await ended()).text, /press 1\.0\.0 is installed/);
    await current.site.plugins.discover([{ directory: join(current.contentDir, 'plugins'), isFirstParty: false }]);
    assert.ok((await current.site.pluginChoice.chosen()).includes('press'));

    await publish('1.1.0', ['kv', 'fetch:example.org'], two);
    await administrator.submit(await administrator.get('/admin/plugins/updates'), 'Look for updates');
    assert.equal((await ended()).url, '/admin/plugins/updates');
    const updates = await administrator.get('/admin/plugins/updates');
    assert.match(updates.text, /press 1\.0\.0 1\.1\.0 1\.1\.0/);
    await administrator.submit(updates, 'Look at all');
    const shown = await ended();
    assert.match(
      shown.text,
      /1\.1\.0, in place of 1\.0\.0.*Asks besides Fetch something from example\.org fetch:example\.org.*Is allowed already Keep values of its own kv/s,
    );
    assert.equal(await locked('press'), '1.0.0', 'looking changes nothing');
    await administrator.submit(shown, 'Update');
    assert.match((await ended()).text, /press is updated from 1\.0\.0 to 1\.1\.0/);
    assert.equal(await current.site.database.schema().hasTable('press_two'), true);

    const page = await administrator.get('/admin/plugins/press');
    assert.match(page.text, /Version 1\.0\.0 is kept.*20260102000000_two/s);
    await administrator.submit(page, 'Go back to 1.0.0');
    assert.match((await ended()).text, /press is 1\.0\.0 again/);
    assert.equal(await current.site.database.schema().hasTable('press_two'), false);
    assert.equal(await current.site.database.schema().hasTable('press_one'), true);
  });

  test('the registry is looked through, and several of it are looked at and installed at once', async () => {
    for (const [name, more] of Object.entries({ loupe: { capabilities: ['kv'] }, tray: { requires: ['loupe'] } }))
      await writePlugin(join(folder, 'more'), { name, version: '2.0.0', galley: more });
    await buildRegistry({ folder: join(folder, 'more'), out: join(folder, 'registry') });
    const found = await administrator.get('/admin/plugins/find');
    assert.match(found.text, /loupe.*2\.0\.0 Ann.*press 1\.1\.0 Ann 1\.0\.0.*tray/s);
    const narrowed = await administrator.submit(found, 'Find', { search: 'LOU' });
    assert.match(narrowed.text, /loupe/);
    assert.doesNotMatch(narrowed.text, /tray/);
    assert.match((await administrator.get('/admin/plugins/find?search=nothing-like-it')).text, /Nothing fits/);
    const offer = await administrator.get('/admin/plugins/find/loupe');
    assert.match(offer.text, /Version 2\.0\.0 Publisher Ann.*It is not signed.*Keep values of its own kv.*not signed/s);
    assert.equal((await administrator.get('/admin/plugins/find/absent')).status, 404);
    assert.match(
      (await administrator.submit(found, 'Apply', { action: 'look' })).text,
      /Choose what you want to look at/,
    );
    await administrator.submit(found, 'Apply', { action: 'look', ids: ['loupe', 'tray'] });
    const shown = await ended();
    assert.match(shown.text, /loupe 2\.0\.0 Asks to be allowed Keep values.*tray 2\.0\.0 Asks to be allowed Nothing/s);
    await administrator.submit(shown, 'Only install');
    await ended();
    assert.deepEqual([await locked('loupe'), await locked('tray')], ['2.0.0', '2.0.0']);
    await current.site.plugins.discover([{ directory: join(current.contentDir, 'plugins'), isFirstParty: false }]);
    const page = await administrator.get('/admin/plugins/loupe');
    assert.match(
      page.text,
      /It was installed from registry:loupe\. It is not switched on\. tray It requires "loupe"\. switched off/,
    );
  });

  test('several plugins are switched on and off at once, and what cannot be is named', async () => {
    const some = async (action: string, ...ids: string[]): Promise<string> =>
      (await administrator.submit(await administrator.get('/admin/plugins'), 'Apply', { action, ids })).text.replace(
        /^.*Log out/s,
        '',
      );
    assert.match(await some('', 'loupe'), /Choose plugins, and what is to be done with them/);
    assert.match(await some('activate', 'loupe', 'tray'), /Switched on: loupe, tray\./);
    assert.match(await some('activate', 'loupe'), /Nothing has changed\./);
    assert.match(
      await some('deactivate', 'loupe', 'dashboard', 'tray'),
      /Switched off: .*these screens are that plugin/s,
    );
    const chosen = await current.site.pluginChoice.chosen();
    assert.ok(chosen.includes('dashboard') && !chosen.includes('tray'));
    await some('update', 'loupe', 'posts');
    const [job] = await current.site.jobs.list({ name: PLUGIN_JOB, limit: 1 });
    assert.deepEqual(job?.data, { act: 'look', wishes: [{ name: 'loupe' }] }, 'what comes with Galley is left out');
    await ended();
  });

  test('what the registry revoked is said in red once somebody has asked it', async () => {
    await revoke(join(folder, 'registry'), 'loupe@2.0.0', 'It tells secrets.');
    assert.doesNotMatch((await administrator.get('/admin/plugins')).text, /It tells secrets/);
    await administrator.submit(await administrator.get('/admin/plugins/updates'), 'Look for updates');
    await ended();
    for (const path of ['plugins', 'plugins/loupe']) {
      const { html, text } = await administrator.get(`/admin/${path}`);
      assert.match(text, /"loupe" 2\.0\.0 is not to be run any more: it was revoked: It tells secrets\./, path);
      assert.match(html, /(alert|notice)[^>]*danger/, path);
    }
    assert.match(
      (await administrator.get('/admin/plugins/find/loupe')).text,
      /Not to be had: it was revoked: It tells secrets\./,
    );
  });

  test('a registry that cannot be read is said to be so, and the plugins are listed all the same', async () => {
    await rename(join(folder, 'registry'), join(folder, 'away'));
    const { status, text } = await administrator.get('/admin/plugins/find');
    assert.deepEqual([status, /The registry cannot be read.*Look again/s.test(text)], [200, true], text);
    assert.match((await administrator.get('/admin/plugins')).text, /loupe/);
    await rename(join(folder, 'away'), join(folder, 'registry'));
  });

  test('its files are compared, and updates by night are switched with a way back', async () => {
    const page = await administrator.get('/admin/plugins/press');
    assert.match((await administrator.submit(page, 'Compare its files')).text, /is as it was installed/);
    const on = await administrator.submit(page, 'Update it at night');
    assert.match(on.text, /updated at night, unless a version asks for more/);
    assert.deepEqual(await current.site.options.get('plugin_auto_updates'), ['press']);
    await administrator.submit(on, 'Undo');
    assert.deepEqual(await current.site.options.get('plugin_auto_updates'), []);
  });

  test('a plugin whose files were changed is put in its place again, in the version that it has', async () => {
    const compare = async (name: string): Promise<Page> =>
      administrator.submit(await administrator.get(`/admin/plugins/${name}`), 'Compare its files');
    await appendFile(join(current.contentDir, 'plugins/tray/index.ts'), '// more');
    const differs = await compare('tray');
    assert.match(differs.text, /tray 2\.0\.0 is not as it was installed\. Changed: index\.ts\./);
    await administrator.submit(differs, 'Put it in its place again');
    const shown = await ended();
    assert.match(shown.text, /tray 2\.0\.0, in place of its own files/);
    await administrator.submit(shown, 'Put it in its place again');
    assert.match((await ended()).text, /tray 2\.0\.0 is in its place again, with its data/);
    assert.match((await compare('tray')).text, /is as it was installed/);
  });

  test('what does harm is switched off as soon as somebody looks for updates, and that is said there', async () => {
    const [out, registryKey] = [join(folder, 'registry'), await keyIn(folder, 'registry')];
    await mkdir(join(folder, 'none'));
    await buildRegistry({ folder: join(folder, 'none'), out, registryKey });
    await current.site.pluginChoice.activate('press');
    await revoke(out, 'press@1.0.0', 'It sends passwords elsewhere.', { registryKey, harmful: true });
    await administrator.submit(await administrator.get('/admin/plugins/updates'), 'Look for updates');
    await ended();
    assert.ok(!(await current.site.pluginChoice.chosen()).includes('press'));
    const words = /"press" 1\.0\.0 is not to be run any more: it was revoked: It sends passwords elsewhere\./;
    assert.match((await administrator.get('/admin/plugins/updates')).text, words);
  });

  test('it is deleted with its data only when they were listed', async () => {
    const asked = await administrator.get('/admin/plugins/press/delete');
    await administrator.submit(asked, 'Delete it', { data: 'drop' });
    const listed = await ended();
    assert.match(listed.text, /This goes for good.*press_one/s);
    assert.equal(await locked('press'), '1.0.0');
    await administrator.submit(listed, 'Delete the plugin and its data');
    assert.match((await ended()).text, /press is deleted/);
    assert.equal(await locked('press'), undefined);
    assert.equal(await current.site.database.schema().hasTable('press_one'), false);
  });

  test('what comes from somebody else is red and needs a word of its own', async () => {
    await current.site.options.set('plugin_publishers', { kiosk: { owner: 'Eve', source: 'registry:kiosk' } });
    const from = await writePlugin(join(folder, 'kiosk2'), { name: 'kiosk', version: '2.0.0' });
    const { file } = await packPlugin(from, folder);
    const shown = await upload('kiosk-2.0.0.zip', await readFile(file));
    assert.match(shown.html, /is-alarming/);
    assert.match(shown.text, /somebody else than before.*owner is "Ann" now, and was "Eve"/s);
    const press = 'Update';
    assert.match((await administrator.submit(shown, press)).text, /Say that this is right/);
    assert.equal(await locked('kiosk'), '1.0.0');
    await administrator.submit(shown, press, { strangers: '1' });
    await ended();
    assert.equal(await locked('kiosk'), '2.0.0');
  });

  test('an older version says that it is one, and whoever wants it presses another button', async () => {
    const from = await writePlugin(join(folder, 'kiosk0'), { name: 'kiosk', version: '1.5.0' });
    const { file } = await packPlugin(from, folder);
    const shown = await upload('kiosk-1.5.0.zip', await readFile(file));
    assert.match(shown.text, /This is a downgrade.*Version 2\.0\.0 is installed, and this one is older/s);
    await administrator.submit(shown, 'Replace it by the older version');
    await ended();
    assert.equal(await locked('kiosk'), '1.5.0');
    const files = join(current.contentDir, 'plugins/kiosk/index.ts');
    const before = await readFile(files, 'utf8');
    await appendFile(files, '// more');
    const differs = await administrator.submit(await administrator.get('/admin/plugins/kiosk'), 'Compare its files');
    await administrator.submit(differs, 'Put it in its place again');
    await administrator.submit(await ended(), 'Put it in its place again');
    await ended();
    assert.equal(await readFile(files, 'utf8'), before, 'from the file that was uploaded');
  });

  test('nobody does what he may not, and nobody sees the jobs of others', async () => {
    const [job] = await current.site.jobs.list({ name: PLUGIN_JOB, limit: 1 });
    const other = await current.loginAs('administrator');
    const stranger = new Browser(() => current, other.cookie);
    assert.equal((await stranger.get(`/admin/plugins/changes/${job?.id}`)).status, 404);
    const editor = new Browser(() => current, (await current.loginAs('editor')).cookie);
    for (const path of [
      'plugins',
      'plugins/install',
      'plugins/find',
      'plugins/find/press',
      'plugins/updates',
      'plugins/kiosk',
      'plugins/kiosk/delete',
    ])
      assert.equal((await editor.get(`/admin/${path}`)).status, 403, path);
    const id = await current.site.jobs.enqueue(PLUGIN_JOB, { act: 'roll back', name: 'kiosk' }, { userId: null });
    await current.site.jobs.work();
    const failed = await current.site.jobs.get(id);
    assert.equal(failed?.state, 'failed');
    assert.match(failed?.error ?? '', /no longer here/);
  });

  test('packages that were uploaded are removed after a week, but for those of installed versions', async () => {
    const kept = (): Promise<string[]> => readdir(join(current.contentDir, 'plugin-uploads'));
    await tidyPackages(current.site, Date.now() + 6 * DAY_MS);
    assert.ok((await kept()).length > 1);
    await tidyPackages(current.site, Date.now() + 8 * DAY_MS);
    const [left = '', ...others] = await kept();
    assert.deepEqual(others, []);
    const { kiosk } = await current.site.pluginChanges.lock.read();
    assert.ok(kiosk?.source.includes(left), kiosk?.source);
    await current.site.pluginChanges.remove('kiosk', { drop: true, options: [] });
    await tidyPackages(current.site, Date.now() + 8 * DAY_MS);
    assert.deepEqual(await kept(), []);
  });
});
