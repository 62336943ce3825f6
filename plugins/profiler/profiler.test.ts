import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LoggedIn, startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

interface Panel {
  title: string;
  rows: { title: string; cells: string[] }[];
  more: { url: string };
}

describe('What a page costs', () => {
  let current: TestSite;
  let administrator: LoggedIn;
  before(async () => {
    current = await startTestSite();
    administrator = await current.loginAs('administrator');
  });
  after(() => current.stop());

  const ask = (page: string, cookie?: string) =>
    current.inject({
      url: `/admin/api/profiler?page=${encodeURIComponent(page)}`,
      headers: { accept: 'application/json', ...(cookie ? { cookie } : {}) },
    });

  test('is shown on a screen, by plugin, hook and statement, for any page', async () => {
    const browser = new Browser(() => current, administrator.cookie);
    const { text } = await browser.get('/admin/profiler?page=/');
    assert.match(text, /\/ answered 200 after [\d.,]+ ms/);
    assert.match(text, /Posts and pages/);
    assert.match(text, /view:page/);
    const measured = await browser.submit(await browser.get('/admin/profiler'), 'Measure it', { page: '/nowhere/' });
    assert.match(measured.text, /\/nowhere\/ answered 404/);
    assert.match((await browser.get('/admin/profiler?page=/admin/plugins')).text, /\/admin\/plugins answered 200/);
  });

  test('is told to a panel, for the page as the one who asks gets it', async () => {
    const reply = await ask('/admin/users', administrator.cookie);
    assert.equal(reply.statusCode, 200);
    assert.match(String(reply.headers['cache-control']), /no-store/);
    const panel = JSON.parse(reply.payload) as Panel;
    assert.equal(panel.title, 'What this page costs');
    assert.ok(panel.rows.some(({ title }) => title === 'Users'));
    assert.equal(panel.more.url, '/admin/profiler?page=%2Fadmin%2Fusers');
  });

  test('is nobody else’s business, and no page of another host is asked for', async () => {
    assert.equal((await ask('/')).statusCode, 401);
    for (const role of ['editor', 'subscriber'])
      assert.equal((await ask('/', (await current.loginAs(role)).cookie)).statusCode, 403, role);
    for (const page of [
      '//example.org/',
      '/\\example.org/',
      'https://example.org/',
      '',
      '/admin/profiler',
      '/admin/api/profiler?page=/',
    ])
      assert.ok([400, 422].includes((await ask(page, administrator.cookie)).statusCode), page);
  });

  test('is in the bars of those who may see it only, and on no page of a visitor', async () => {
    const bar = async ({ cookie }: LoggedIn): Promise<string> =>
      (await current.inject({ url: '/admin/api/bar?entry=0', headers: { cookie, accept: 'application/json' } }))
        .payload;
    const editor = await current.loginAs('editor');
    assert.match(await bar(administrator), /"url":"\/admin\/profiler","script":"\/assets\//);
    assert.doesNotMatch(await bar(editor), /Page costs|profiler/);
    const screen = async ({ cookie }: LoggedIn): Promise<string> =>
      (await current.inject({ url: '/admin', headers: { cookie } })).payload;
    assert.match(await screen(administrator), /href="\/admin\/profiler\?page[^"]*%2Fadmin"/);
    assert.doesNotMatch(await screen(editor), /profiler/);
    assert.doesNotMatch((await current.inject({ url: '/' })).payload, /profiler/);
  });

  test('comes with each page of a browser as Server-Timing, once that is switched on', async () => {
    const browser = new Browser(() => current, administrator.cookie);
    const on = await browser.submit(await browser.get('/admin/profiler'), 'Send me Server-Timing');
    assert.match(on.text, /For twelve hours each of your pages says what it cost/);
    assert.match((await browser.submit(on, 'Leave Server-Timing out again')).text, /say no longer what they cost/);
  });
});
