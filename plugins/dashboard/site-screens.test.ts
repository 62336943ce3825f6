import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

let current: TestSite;
let administrator: Browser;

before(async () => {
  current = await startTestSite();
  administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
});
after(() => current.stop());

test('terms are added, moved, and deleted with the consequence in numbers', async () => {
  const { site } = current;
  const list = await administrator.get('/admin/terms/category');
  const wrong = await administrator.submit(list, 'Add', { name: '' });
  assert.equal(wrong.status, 422);
  await administrator.submit(wrong, 'Add', { name: 'Craft', description: 'By hand' });
  const [craft] = await site.terms.list('category', { search: 'Craft' });
  await administrator.submit(await administrator.get('/admin/terms/category'), 'Add', {
    name: 'Ink',
    parentId: String(craft?.id),
  });
  const [ink] = await site.terms.list('category', { search: 'Ink' });
  assert.equal(ink?.path, 'craft/ink');
  const twice = await administrator.submit(await administrator.get('/admin/terms/category'), 'Add', {
    name: 'Ink',
    slug: 'ink',
  });
  assert.match(twice.text, /There is a term with the slug "ink" already/);
  const form = await administrator.get(`/admin/terms/category/${craft?.id}`);
  assert.doesNotMatch(form.html, new RegExp(`<option value="${ink?.id}"`), 'nothing stands below what is below it');
  await administrator.submit(form, 'Save', { name: 'Handicraft', slug: 'craft' });
  await site.entries.save(
    { type: 'post', title: 'Inky', status: 'publish', terms: { category: [craft?.id ?? 0] } },
    { viewer: SYSTEM },
  );
  const asked = await administrator.get(`/admin/terms/category/${craft?.id}/delete`);
  assert.match(asked.text, /taken from one published entry.*What stands below it \(1\) moves up/);
  await administrator.submit(asked, 'Delete it');
  assert.equal((await site.terms.get(ink?.id ?? 0))?.path, 'ink');
});

test('settings of the site are saved, also those that a plugin puts into the page of another', async () => {
  const general = await administrator.submit(await administrator.get('/admin/settings/general'), 'Save settings', {
    'settings.title': 'The Proof',
    'settings.timezone': 'Europe/Berlin',
    'settings.language': 'de',
  });
  assert.match(general.text, /Saved|Gespeichert/, 'in the language that was just chosen');
  assert.equal(await current.site.options.get('timezone'), 'Europe/Berlin');
  await current.site.options.set('language', 'en');
  const nameless = await administrator.submit(await administrator.get('/admin/settings/general'), 'Save settings', {
    'settings.title': '  ',
  });
  assert.match(nameless.html, /name="settings.title"[^>]* aria-invalid="true"/);
  assert.match(nameless.text, /A site needs a title/);
  await assert.rejects(current.site.options.set('title', ''), /A site needs a title/);
  const nowhere = await administrator.submit(await administrator.get('/admin/settings/general'), 'Save settings', {
    'settings.timezone': 'Here/There',
  });
  assert.doesNotMatch(
    nowhere.html,
    /name="settings.title"[^>]* aria-invalid="true"/,
    'what is wrong is said where it is',
  );
  assert.equal(await current.site.options.get('title'), 'The Proof');
  const page = await current.site.entries.save({ type: 'page', title: 'Front', status: 'publish' }, { viewer: SYSTEM });
  const reading = await administrator.get('/admin/settings/reading');
  await administrator.submit(reading, 'Save settings', {
    'settings.show_on_front': 'page',
    'settings.page_on_front': String(page.id),
    'settings.posts_per_page': '7',
    'settings.feed_items': '5',
  });
  assert.equal(await current.site.options.get('page_on_front'), page.id);
  assert.equal(await current.site.options.get('feed_items'), 5);
  assert.equal((await administrator.get('/admin/settings/feeds')).status, 404, 'it has no page of its own');
  const media = await administrator.get('/admin/settings/media');
  assert.match(media.text, /an SVG file can carry scripts/);
  await administrator.submit(await administrator.get('/admin/settings/reading'), 'Save settings', {
    'settings.show_on_front': 'posts',
    'settings.page_on_front': '',
  });
  assert.equal(await current.site.options.get('page_on_front'), 0);
});

test('a theme’s variation and options are chosen', async () => {
  const form = await administrator.get('/admin/themes/default');
  const wrong = await administrator.submit(form, 'Make it live', { 'options.accent': 'red; } body { display: none' });
  assert.equal(wrong.status, 422);
  await administrator.submit(form, 'Make it live', {
    'options.variation': 'broadsheet',
    'options.accent': '#aa3311',
    'options.dropCap': true,
  });
  const { variation, options } = await current.site.themes.active();
  assert.deepEqual([variation, options['accent'], options['dropCap']], ['broadsheet', '#aa3311', true]);
  assert.match((await new Browser(() => current).get('/')).html, /data-variation="broadsheet"/);
  const list = await administrator.get('/admin/themes');
  assert.match(list.text, /Galley In use/);
});

test('plugins are switched, and say that the site takes it over; not while others need them', async () => {
  const off = await administrator.submit(await administrator.get('/admin/plugins'), 'Deactivate : Feeds and sitemaps');
  assert.match(off.text, /Feeds and sitemaps is switched off\. The site leaves it out within seconds\./);
  assert.match(off.text, /The site is taking over: Feeds and sitemaps off\./);
  assert.ok(!(await current.site.pluginChoice.active()).includes('feeds'));
  const needed = await administrator.submit(off, 'Deactivate : Posts and pages');
  assert.match(needed.text, /is required by/);
  await administrator.submit(needed, 'Activate : Feeds and sitemaps');
  assert.ok((await current.site.pluginChoice.active()).includes('feeds'));
  await current.site.pluginChoice.switchOff('feeds', 'It ran out of paper.');
  const failed = await administrator.get('/admin/plugins');
  assert.match(failed.text, /Feeds and sitemaps was switched off by the site itself\. It ran out of paper\./);
  await administrator.submit(failed, 'Activate : Feeds and sitemaps');
  assert.deepEqual(await current.site.pluginChoice.failures(), []);
  current.site.plugins.fault('feeds', 'route GET /feed', new Error('No paper'));
  assert.match((await administrator.get('/admin/plugins')).text, /Feeds and sitemaps: No paper route GET \/feed/);
});

test('each plugin shows what it adds and what it cost since the start', async () => {
  const { text } = await administrator.get('/admin/plugins');
  assert.match(text, /Posts and pages .*?\d+ content types?, /);
  assert.match(text, /\d+ listeners?/);
  assert.match(text, /\d+ in \d+ ms/);
});

test('the colour of the admin is chosen for all; words in it stay readable by day and by night', async () => {
  const sheetOf = async (): Promise<string | undefined> =>
    /href="(\/assets\/[^"]+)"/.exec((await administrator.get('/admin')).html.split('rel="stylesheet"')[2] ?? '')?.[1];
  const before = await sheetOf();
  const choose = async (colour: string) =>
    administrator.submit(await administrator.get('/admin/settings/admin'), 'Save settings', {
      'settings.admin_accent': colour,
    });
  const wrong = await choose('#12');
  assert.match(wrong.html, /name="settings.admin_accent"[^>]* aria-invalid="true"/);
  assert.match(wrong.text, /Write a colour such as/);
  assert.match((await choose('#FFE14D')).text, /Saved/);
  assert.match((await administrator.get('/admin/settings/admin')).text, /shown darker by day\./);
  const address = (await sheetOf()) ?? '';
  assert.notEqual(address, before);
  const sheet = await current.inject({ url: address });
  assert.match(String(sheet.headers['content-type']), /^text\/css/);
  assert.match(sheet.body, /:root\{--color-accent:oklch\(.*\n@media \(prefers-color-scheme:dark\)/);
  const stranger = new Browser(() => current, 'galley-mode=dark');
  const missing = () => stranger.get('/admin/no-such-screen');
  assert.ok((await stranger.get('/admin/login')).html.includes(address), 'before log-in too');
  assert.ok((await missing()).html.includes(address), 'and where something went wrong');
  assert.match((await missing()).html, /data-theme="dark"/);
  const away = {
    status: 503,
    code: 'GALLEY_DATABASE_UNAVAILABLE',
    message: '',
    id: '',
    headers: {},
    title: '',
  } as const;
  const madeAtOnce = () => current.site.errorPages.get('admin')?.(away) ?? '';
  assert.ok(madeAtOnce().includes(address), 'also where the store cannot be asked');
  await choose('');
  assert.equal(await sheetOf(), before, 'back to what comes with the house');
  assert.ok(!(await missing()).html.includes(address));
  assert.ok(!madeAtOnce().includes(address));
});
