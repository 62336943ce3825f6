import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { siteFor } from '../kernel/site.ts';
import { startTestSite, type TestSite } from '../testing.ts';

let current: TestSite;

const as = async (role: string): Promise<Browser> => new Browser(() => current, (await current.loginAs(role)).cookie);

describe('the shell of the admin', () => {
  before(async () => {
    current = await startTestSite({ plugins: [] });
    const site = siteFor(current.site, 'events');
    site.admin.screen({
      path: '/events',
      title: 'Events',
      help: ['What happens when.', 'Write a date to begin.'],
      keys: [{ keys: 'j', label: 'Next event' }],
      capability: 'edit_posts',
      menu: { group: 'content', icon: 'calendar-event', key: 'g e' },
      get: (page) => page.view('error', { message: 'Here they are.' }),
    });
    site.hooks.addCollector('admin:commands', ({ search }) =>
      search === 'fair'
        ? { label: 'The fair of Roles', group: 'Found', url: '/admin/events/1', isFound: true }
        : undefined,
    );
  });
  after(() => current.stop());

  test('the menu stands beside the screen, above it, or both, as everybody chose, on all devices', async () => {
    const browser = await as('administrator');
    const form = await browser.get('/admin/appearance');
    assert.doesNotMatch(form.html, /class="menubar"/);
    const above = await browser.submit(form, 'Save', { layout: 'top', compact: true, keysOff: true });
    assert.match(above.html, /class="admin layout-top is-compact"/);
    assert.match(above.html, /<nav class="menubar"/);
    assert.match(above.html, /"isOff":true/);
    const both = await browser.submit(above, 'Save', { layout: 'both', compact: false, keysOff: false });
    assert.match(both.html, /class="admin layout-both"/);
  });

  test('a screen explains itself and tells its keys', async () => {
    const { html } = await (await as('administrator')).get('/admin/events');
    assert.match(html, /<details class="help-note">.*<p>What happens when.<\/p><p>Write a date to begin.<\/p>/s);
    assert.match(html, /id="data-keys">\{"isOff":false,"screen":\[\{"keys":"j","label":"Next event"\}\]\}/);
    assert.match(html, /href="\/admin\/events" aria-current="page" data-key="g e"/);
  });

  test('everything is found by its name, also without scripts', async () => {
    const browser = await as('administrator');
    const all = await browser.get('/admin/find');
    for (const words of ['Actions', 'Flush the cache', 'Log out', 'Screens', 'Events'])
      assert.ok(all.text.includes(words), words);
    assert.doesNotMatch(all.text, /The fair/);
    const events = await browser.submit(all, 'Find', { search: 'event CONT' });
    assert.match(events.html, /<a href="\/admin\/events">Events<\/a>/);
    assert.doesNotMatch(events.text, /Flush the cache/);
    assert.match((await browser.get('/admin/find?search=zzz')).text, /Nothing found/);
    assert.match((await browser.get('/admin/find?search=fair')).text, /Found The fair of Roles/);
  });

  test('actions and screens are found by other words that people have for them, in their language', async () => {
    const { cookie } = await current.loginAs('administrator');
    const first = async (search: string, language: string): Promise<string> => {
      const url = `/admin/api/commands?search=${encodeURIComponent(search)}`;
      const headers = { accept: 'application/json', cookie, 'accept-language': language };
      const { groups } = (await current.inject({ method: 'GET', url, headers })).json();
      return groups[0]?.items[0]?.url ?? '';
    };
    const flush = '/admin/cache/flush';
    const asked = {
      en: { 'empty cache': flush, 'clear the cache': flush, purge: flush, 'sign out': '/admin/logout' },
      de: { 'cache leeren': flush, 'Cache loschen': flush, 'clear cache': flush, ausloggen: '/admin/logout' },
      ar: { 'مسح الكاش': flush, 'إفراغ الكاش': flush, 'افراغ الكاش': flush, خروج: '/admin/logout' },
    };
    for (const [language, pairs] of Object.entries(asked))
      for (const [search, url] of Object.entries(pairs))
        assert.equal(await first(search, language), url, `${language}: ${search}`);
    assert.equal(await first('purge logout', 'en'), '');
    assert.doesNotMatch((await (await as('administrator')).get('/admin/find?search=purge')).text, /clear/);
  });

  test('what somebody may not do is not found, and not done', async () => {
    const reader = await as('subscriber');
    const { text } = await reader.get('/admin/find');
    assert.doesNotMatch(text, /Flush the cache|Events/);
    const { html } = await reader.get('/admin/appearance');
    const [, token = ''] = /name="_token" value="([^"]+)"/.exec(html) ?? [];
    assert.equal((await reader.post('/admin/cache/flush', { _token: token })).status, 403);
    const admin = await as('administrator');
    const flushed = await admin.submit(await admin.get('/admin/find?search=flush'), 'Flush the cache');
    assert.match(flushed.text, /The cache is empty/);
  });

  test('scripts ask for the same as JSON, in the language of the reader; strangers get nothing', async () => {
    const { cookie } = await current.loginAs('administrator');
    const ask = (headers: Record<string, string>) =>
      current.inject({
        method: 'GET',
        url: '/admin/api/commands?search=abmelden',
        headers: { accept: 'application/json', ...headers },
      });
    const reply = await ask({ cookie, 'accept-language': 'de' });
    assert.deepEqual(JSON.parse(reply.payload), {
      groups: [
        { label: 'Aktionen', items: [{ label: 'Abmelden', url: '/admin/logout', note: '', isAct: true, values: {} }] },
      ],
    });
    assert.equal((await ask({})).statusCode, 401);
  });
});
