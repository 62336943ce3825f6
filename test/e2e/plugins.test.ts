// The screens on which somebody agrees to a plugin, its update and its end.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../support/browser.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { buildRegistry, writePlugin } from '../support/plugin-shop.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';

const TABLE = `export async function up(schema) { await schema.createTable('press_one', (table) => { table.bigIncrements('id'); }); }
export async function down(schema) { await schema.dropTable('press_one'); }
`;

/** What a registry has, and one of it. */
const FIND = ['/admin/plugins/find', '/admin/plugins/find/press'];

describe('plugins come, change and go in a browser', { skip: chromiumMissing() }, () => {
  let folder = '';
  let admin: AdminSite;
  const screens: string[] = ['/admin/plugins/install'];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'galley-plugins-e2e-'));
    const registry = join(folder, 'registry');
    await mkdir(registry);
    admin = await startAdminSite({
      config: { plugins: { registry, minimumReleaseAge: 0 }, jobs: { enabled: false } },
    });
    const { site, contentDir } = admin.current;
    const release = async (version: string, capabilities: string[]): Promise<void> => {
      const files = { 'migrations/20260101000000_one.ts': TABLE };
      await writePlugin(join(folder, 'press'), { name: 'press', version, galley: { capabilities }, files });
      await buildRegistry({ folder: join(folder, 'press'), out: registry });
    };
    // Whoever ordered a change sees it: the pages are kept by the ids of Ada's jobs.
    const ada = await site.users.findByLogin('ada');
    const { token } = await site.sessions.create(ada?.id ?? 0, { address: '127.0.0.1', agent: 'test' });
    const browser = new Browser(() => admin.current, `galley=${token}`);
    const ended = async (): Promise<string> => {
      await site.jobs.work();
      const [job] = await site.jobs.list({ name: 'plugin-change', limit: 1 });
      const address = `/admin/plugins/changes/${job?.id}`;
      screens.push(address);
      return address;
    };
    const press = async (address: string, button: string, fill: Record<string, string> = {}): Promise<string> => {
      await browser.submit(await browser.get(address), button, fill);
      return ended();
    };
    await release('1.0.0', ['kv', 'content:read:post']);
    const shown = await press('/admin/plugins/install', 'Look at it', { source: 'press' });
    await press(shown, 'Only install');
    await site.plugins.discover([{ directory: join(contentDir, 'plugins'), isFirstParty: false }]);
    await release('1.1.0', ['kv', 'fetch:example.org']);
    await site.options.set('plugin_publishers', { press: { owner: 'Eve', source: 'registry:press' } });
    await press('/admin/plugins/updates', 'Look for updates');
    screens.splice(screens.length - 1, 1, '/admin/plugins/updates', '/admin/plugins/press/delete');
    await press('/admin/plugins/updates', 'Look at all');
    screens.push('/admin/plugins/press');
    await press('/admin/plugins/press/delete', 'Delete it', { data: 'drop' });
    await press('/admin/plugins/install', 'Look at it', { source: 'nobody-has-this' });
  });
  after(async () => {
    await admin?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('no screen of it has a barrier, by day and by night, on a phone', async () => {
    assert.deepEqual(await admin.barriers([...screens, ...FIND], 390), []);
  });

  test('nor have those on which somebody agrees, on a wide screen', async () => {
    assert.deepEqual(await admin.barriers([...screens.slice(1, 3), ...FIND], 1440), []);
  });

  test('a plugin is switched off and on in the list, and it is said what becomes of it', async () => {
    const { pluginChoice } = admin.current.site;
    const watched = await admin.enter();
    const { page } = watched;
    const isChosen = async (): Promise<boolean> => (await pluginChoice.chosen()).includes('feeds');
    await watched.open('/admin/plugins?search=feeds');
    await page.getByRole('button', { name: /^Deactivate : .*Feeds/i }).click();
    await page.getByText('is switched off. The site leaves it out within seconds.').waitFor();
    assert.equal(await isChosen(), false);
    await page.getByRole('button', { name: /^Activate : .*Feeds/i }).click();
    await page.getByText('is switched on. The site takes it over within seconds.').waitFor();
    assert.equal(await isChosen(), true);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('what it asks for is said in words, beside its name', async () => {
    const watched = await admin.enter();
    await watched.open(screens[1] ?? '');
    for (const words of ['Keep values of its own kv', 'Read content that visitors see: Posts content:read:post'])
      await watched.page.getByText(words).waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
