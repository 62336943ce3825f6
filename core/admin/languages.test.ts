import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { siteFor } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { startTestSite, type TestSite } from '../testing.ts';

let current: TestSite;

async function admin(): Promise<Browser> {
  return new Browser(() => current, (await current.loginAs('administrator')).cookie);
}

const ask = (url: string, headers: Record<string, string>): ReturnType<TestSite['inject']> =>
  current.inject({ method: 'GET', url, headers: { accept: 'text/html', ...headers } });

describe('languages of the admin', () => {
  before(async () => {
    current = await startTestSite({ plugins: [] });
    const events = siteFor(current.site, 'events');
    events.routes.post('/admin/api/events/:id(int)', { authenticated: true, area: 'admin' }, ({ params }) => {
      throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${params['id']}.`);
    });
    events.routes.get('/api/events', { public: true, area: 'api' }, () => {
      throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no entry 7.');
    });
    events.admin.screen({
      path: '/events',
      title: 'Settings',
      authenticated: true,
      menu: { group: 'content', icon: 'calendar-event', label: 'Roles' },
      get: (page) =>
        page.view('list', {
          intro: page.t('{count} things have to be put right:', { count: 2 }),
          breadcrumbs: [{ label: 'Dashboard', url: '/admin' }],
          table: {
            caption: 'Plugins',
            columns: [],
            rows: [],
            address: '/admin/events',
            empty: { title: 'None', text: 'Date format' },
          },
        }),
    });
  });
  after(() => current.stop());

  test('before log-in a page is in the language of the browser, and reads its way', async () => {
    const german = (await ask('/admin/login', { 'accept-language': 'fr, de-AT;q=0.9, en;q=0.5' })).payload;
    assert.match(german, /<html lang="de-AT" dir="ltr"/);
    assert.match(german, /Anmeldename oder E-Mail-Adresse/);
    const arabic = (await ask('/admin/login', { 'accept-language': 'ar' })).payload;
    assert.match(arabic, /<html lang="ar" dir="rtl"/);
    assert.match((await ask('/admin/login', { 'accept-language': 'fr' })).payload, /<html lang="en" dir="ltr"/);
  });

  test('what somebody chose goes before what his browser asks for, on screens and after log-out', async () => {
    const { cookie } = await current.loginAs('administrator');
    const browser = new Browser(() => current, cookie);
    const german = await browser.submit(await browser.get('/admin/appearance'), 'Save', { language: 'de' });
    assert.match(german.html, /<html lang="de"/);
    const elsewhere = await ask('/admin', { cookie, 'accept-language': 'ar' });
    assert.match(elsewhere.payload, /<html lang="de"/);
    assert.match((await browser.submit(german, 'Abmelden')).text, /Passwort vergessen/);
  });

  test('what is registered in English is translated where it is shown', async () => {
    const browser = await admin();
    await browser.submit(await browser.get('/admin/appearance'), 'Save', { language: 'de' });
    const events = await browser.get('/admin/events');
    for (const words of ['Einstellungen', 'Rollen', 'Übersicht', 'Keine Auswahl', 'Datumsformat', '2 Angaben sind'])
      assert.ok(events.text.includes(words), words);
    await browser.submit(await browser.get('/admin/appearance'), 'Speichern', { language: 'ar' });
    assert.match((await browser.get('/admin/events')).text, /هناك أمران يجب تصحيحهما/);
    const arabic = await browser.get('/admin/appearance');
    assert.match((await browser.submit(arabic, 'حفظ', { language: '' })).html, /<html lang="en"/);
  });

  test('scripts are refused in the words of whoever uses them, and so is a page that nobody may see', async () => {
    const { cookie, token: form } = await current.loginAs('administrator');
    const browser = new Browser(() => current, cookie);
    await browser.submit(await browser.get('/admin/appearance'), 'Save', { language: 'de' });
    const said = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
      const json = { cookie, accept: 'application/json', 'sec-fetch-site': 'same-origin', ...headers };
      return (await current.inject({ method: 'POST', url, headers: json })).json().error.message;
    };
    const token = { 'x-csrf-token': form };
    assert.equal(await said('/admin/api/events/7', token), 'Den Eintrag 7 gibt es nicht.');
    assert.match(await said('/admin/api/events/7'), /^Das Formular ist veraltet\./);
    const nothing = (await ask('/admin/nothing', { cookie })).payload;
    assert.match(nothing, /<html lang="de" dir="ltr"[\s\S]*<h1>Hier ist nichts<\/h1>/);
  });

  test('a program that names no language is refused in English, also on a German site', async () => {
    const said = async (headers: Record<string, string> = {}): Promise<string> =>
      (await current.inject({ method: 'GET', url: '/api/events', headers })).json().error.message;
    await current.site.options.set('language', 'de');
    assert.equal(await said(), 'There is no entry 7.');
    assert.notEqual(await said({ 'accept-language': 'de' }), 'There is no entry 7.');
    await current.site.options.set('language', 'en');
  });

  test('scripts get only the texts that scripts say, from a file that the browser keeps', async () => {
    const page = (await ask('/admin/login', { 'accept-language': 'de' })).payload;
    const [, path = ''] = /<script src="(\/assets\/[^"]+)" defer><\/script>\n\s*<script/.exec(page) ?? [];
    const script = await ask(path, {});
    assert.match(script.payload, /^globalThis\.galleyMessages=\{.*"Close":"Schließen"/);
    assert.doesNotMatch(script.payload, /Passwort vergessen/);
    assert.match(String(script.headers['cache-control']), /immutable/);
    assert.doesNotMatch((await ask('/admin/login', {})).payload, /messages-|galleyMessages/);
  });

  test('a language that is none is refused', async () => {
    const browser = await admin();
    const form = await browser.get('/admin/appearance');
    assert.equal((await browser.submit(form, 'Save', { language: '"><script>' })).status, 400);
  });
});
