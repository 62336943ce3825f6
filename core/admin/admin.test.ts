import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { siteFor } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../testing.ts';
import { flash } from './notices.ts';

let current: TestSite;
const browser = (cookie?: string): Browser => new Browser(() => current, cookie);

describe('the admin as a mechanism', () => {
  before(async () => {
    current = await startTestSite({ plugins: [] });
    const site = siteFor(current.site, 'events');
    site.hooks.define('events:noise', { kind: 'action', summary: 'For the test.' });
    site.admin.screen({
      path: '/events',
      title: 'Events',
      capability: 'edit_posts',
      menu: { group: 'content', icon: 'no-such-icon', count: 120 },
      query: ['q'],
      get: (page) =>
        page.view('act', { question: `You asked for ${page.text('q')}`, submit: 'Do it', cancel: '/admin' }),
      post: (page) => {
        if (page.value('fail') === 'known') throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody was faster.');
        if (page.value('fail') === 'unknown') throw new Error('secret detail');
        flash(page.context, {
          kind: 'success',
          text: 'It <b>worked</b>.',
          undo: { label: 'Undo', action: '/admin/events', values: { fail: 'known' } },
        });
        return page.redirect('/events');
      },
    });
    site.admin.screen({
      path: '/events/secret',
      title: 'Secret',
      capability: 'edit_posts',
      fresh: true,
      get: (page) => page.view('error', { message: 'open' }),
      post: (page) => page.view('error', { message: `posted ${page.value('note')}` }),
    });
    site.admin.screen({
      path: '/events/mine',
      title: 'Mine',
      authenticated: true,
      allow: ({ viewer }) => viewer.can('manage_options'),
      get: (page) => page.view('error', { message: 'mine' }),
    });
    site.options.define('events', {
      default: { perPage: 10, words: ['a'] },
      label: 'Events',
      schema: {
        type: 'object',
        required: ['perPage', 'words'],
        additionalProperties: false,
        properties: {
          perPage: { type: 'integer', minimum: 1, maximum: 50 },
          words: { type: 'array', items: { type: 'string' } },
          on: { type: 'boolean' },
        },
      },
    });
    site.admin.settings.define('events', {
      title: 'Events',
      options: ['events', 'title'],
      fields: () => ({ 'events.perPage': { label: 'Events on a page' } }),
    });
    site.hooks.addCollector('admin:notices', ({ viewer }) =>
      viewer.can('manage_options') ? { kind: 'info' as const, text: 'Mind the <gap>.' } : undefined,
    );
    site.hooks.addCollector('admin:dashboard', () => ({
      id: 'events',
      title: 'Next events',
      items: [{ title: 'Fair', url: '/admin/events' }],
    }));
  });
  after(() => current.stop());

  test('templates obey the rules of themes', async () => {
    assert.deepEqual(await current.site.admin.views.problems(), []);
  });

  test('a screen that does not say who may open it is refused', () => {
    const make = () => current.site.admin.screen({ path: '/open', title: 'Open', get: (page) => page.view('error') });
    assert.throws(make, { code: 'GALLEY_ROUTE_UNGUARDED' });
    const both = () =>
      current.site.admin.screen({
        path: '/open',
        title: 'Open',
        authenticated: true,
        capability: 'read',
        get: (page) => page.view('error'),
      });
    assert.throws(both, { code: 'GALLEY_ROUTE_UNGUARDED' });
  });

  test('screens stand in the menu of those who may open them, and are recorded as their plugin’s', async () => {
    const author = browser((await current.loginAs('author')).cookie);
    const home = await author.get('/admin');
    assert.match(home.text, /Events 99\+/);
    assert.match(home.text, /Next events Fair/);
    assert.doesNotMatch(home.text, /Mind the/);
    const reader = browser((await current.loginAs('subscriber')).cookie);
    assert.doesNotMatch(
      (await reader.get('/admin')).html,
      /href="\/admin\/events"[^>]*menu-link|menu-link" href="\/admin\/events"/,
    );
    assert.equal((await reader.get('/admin/events')).status, 403);
    const routes = current.site.routes.list().filter(({ path }) => path.startsWith('/admin/events'));
    assert.deepEqual(new Set(routes.map(({ owner }) => owner)), new Set(['events']));
  });

  test('what stands on a screen is escaped, whatever it is', async () => {
    const author = browser((await current.loginAs('author')).cookie);
    const page = await author.get(`/admin/events?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    assert.doesNotMatch(page.html, /<script>alert/);
    assert.match(page.html, /&lt;script&gt;alert/);
    assert.match(page.headers['cache-control'] as string, /no-store/);
    const admin = browser((await current.loginAs('administrator')).cookie);
    assert.match((await admin.get('/admin')).html, /Mind the &lt;gap&gt;\./);
  });

  test('a notice is shown once, on the next screen, and nobody else can make one', async () => {
    const author = browser((await current.loginAs('author')).cookie);
    const done = await author.submit(await author.get('/admin/events'), 'Do it');
    assert.match(done.html, /It &lt;b&gt;worked&lt;\/b&gt;\./);
    assert.match(done.text, /Undo/);
    assert.doesNotMatch((await author.get('/admin/events')).text, /worked/);
    const forged = Buffer.from(JSON.stringify({ kind: 'danger', text: 'Call this number' })).toString('base64url');
    author.cookies.set('galley-notice', `${forged}.${'A'.repeat(43)}`);
    assert.doesNotMatch((await author.get('/admin/events')).text, /Call this number/);
  });

  test('known errors are told in the frame, unknown ones with an id and nothing more', async () => {
    const author = browser((await current.loginAs('author')).cookie);
    const form = await author.get('/admin/events');
    const token = /name="_token" value="([^"]+)"/.exec(form.html)?.[1] ?? '';
    const known = await author.post('/admin/events', { _token: token, fail: 'known' });
    assert.equal(known.status, 409);
    assert.match(known.text, /Somebody was faster.*Main menu|Somebody was faster/);
    assert.match(known.html, /class="sidebar"/);
    const unknown = await author.post('/admin/events', { _token: token, fail: 'unknown' });
    assert.equal(unknown.status, 500);
    assert.doesNotMatch(unknown.html, /secret detail/);
    assert.match(unknown.html, /class="press"/);
    assert.equal((await author.get('/admin/nowhere')).status, 404);
  });

  test('a condition of a screen’s own is asked after its guard', async () => {
    assert.equal((await browser((await current.loginAs('author')).cookie).get('/admin/events/mine')).status, 403);
    assert.equal(
      (await browser((await current.loginAs('administrator')).cookie).get('/admin/events/mine')).status,
      200,
    );
  });

  test('a sensitive screen asks for the password after a quarter of an hour and keeps what was posted', async () => {
    const author = browser((await current.loginAs('author')).cookie);
    const form = await author.get('/admin/events/secret');
    assert.match(form.text, /open/);
    const token = /name="_token" value="([^"]+)"/.exec(form.html)?.[1] ?? '';
    await current.site.database.write('sessions').update({ authenticated_at: Date.now() - 16 * 60_000 });
    await current.site.cache.flush();
    const asked = await author.post('/admin/events/secret', { _token: token, note: 'a "note"', password: 'not kept' });
    assert.equal(asked.status, 403);
    assert.doesNotMatch(asked.html, /not kept/);
    const wrong = await author.submit(asked, 'Go on', { password: 'no' });
    assert.equal(wrong.status, 422);
    const confirmed = await author.submit(wrong, 'Go on', { password: TEST_PASSWORD });
    assert.match((await author.submit(confirmed, 'Send it')).text, /posted a "note"/);
    await current.site.database.write('sessions').update({ authenticated_at: 0 });
    await current.site.cache.flush();
    assert.match((await author.get('/admin/events/secret')).url, /^\/admin\/confirm\?redirect_to=/);
  });

  test('settings pages are made of option definitions and say what is wrong', async () => {
    const admin = browser((await current.loginAs('administrator')).cookie);
    const form = await admin.get('/admin/settings/events');
    assert.match(form.text, /Events on a page.*Words.*On.*Site title/);
    const wrong = await admin.submit(form, 'Save settings', {
      'settings.events.perPage': '99',
      'settings.events.words': 'x\ny',
    });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /Events on a page: At most 50\./);
    assert.match(wrong.html, />\s*x\ny<\/textarea>/, 'what was typed is still there');
    const right = await admin.submit(wrong, 'Save settings', {
      'settings.events.perPage': '20',
      'settings.events.on': true,
      'settings.title': 'The Proof',
    });
    assert.match(right.text, /Saved/);
    assert.deepEqual(await current.site.options.get('events'), { perPage: 20, words: ['x', 'y'], on: true });
    assert.equal(await current.site.options.get('title'), 'The Proof');
    assert.equal((await browser((await current.loginAs('editor')).cookie).get('/admin/settings/events')).status, 403);
    assert.equal((await admin.get('/admin/settings/none')).status, 404);
  });

  test('light or dark is chosen without scripts and holds on every device of the person', async () => {
    const author = await current.loginAs('author');
    const one = browser(author.cookie);
    const dark = await one.submit(await one.get('/admin/events?q=x'), 'Dark');
    assert.equal(dark.url, '/admin/events?q=x', 'back to where one was');
    assert.match(dark.html, /data-theme="dark"/);
    const { token } = await current.site.sessions.create(author.user.id);
    assert.match((await browser(`galley=${token}`).get('/admin')).html, /data-theme="dark"/);
    one.cookies.delete('galley');
    assert.match((await one.get('/admin/login')).html, /data-theme="dark"/, 'before log-in too');
    const narrow = await browser(`galley=${token}`).submit(
      await browser(`galley=${token}`).get('/admin'),
      'Narrow the menu',
    );
    assert.match(narrow.html, /is-narrow/);
  });
});
