import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../testing.ts';

let current: TestSite;
const browser = (cookie?: string): Browser => new Browser(() => current, cookie);
const NEW_PASSWORD = 'quite another set of words';

async function makeUser(login: string, roles = ['author']) {
  return current.site.users.create(
    { login, email: `${login}@example.org`, name: login, password: TEST_PASSWORD, roles },
    SYSTEM,
  );
}

describe('log-in with every plugin off', () => {
  before(async () => {
    current = await startTestSite({ plugins: [] });
  });
  after(() => current.stop());

  test('the set-up link makes the first administrator, logs him in, and works once', async () => {
    const { link } = (await current.site.setup.begin()) as { link: { path: string } };
    const first = browser();
    const form = await first.get(link.path);
    assert.equal(form.status, 200);
    const wrong = await first.submit(form, 'Set up', { login: 'ada', password: NEW_PASSWORD, repeated: 'other' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /not the same/);
    assert.match(wrong.html, /value="ada"/);
    const home = await first.submit(wrong, 'Set up', { name: 'Ada', password: NEW_PASSWORD, repeated: NEW_PASSWORD });
    assert.equal(home.url, '/admin');
    assert.match(home.text, /Ada/);
    assert.equal((await browser().get(link.path)).status, 410);
    assert.equal((await browser().get('/admin/setup?token=nonsense')).status, 410);
  });

  test('who is not logged in is led to the log-in and from there to what he wanted', async () => {
    await makeUser('grace');
    const visitor = browser();
    const form = await visitor.get('/admin/password?x=1');
    assert.match(form.url, /^\/admin\/login\?redirect_to=/);
    const wrong = await visitor.submit(form, 'Log in', { login: 'grace', password: 'no' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /login or the password is wrong/);
    const right = await visitor.submit(wrong, 'Log in', { password: TEST_PASSWORD });
    assert.equal(right.url, '/admin/password?x=1');
    assert.equal((await visitor.get('/admin/login')).url, '/admin', 'a second log-in is not offered');
  });

  test('no log-in leads away from the site', async () => {
    for (const target of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/admin/logout',
    ]) {
      const visitor = browser();
      const form = await visitor.get(`/admin/login?redirect_to=${encodeURIComponent(target)}`);
      const page = await visitor.submit(form, 'Log in', { login: 'grace', password: TEST_PASSWORD });
      assert.equal(page.url, '/admin', target);
    }
  });

  test('a name that nobody has gets the same words and status', async () => {
    const answers = await Promise.all(
      ['nobody-at-all', 'grace'].map(async (login) => {
        const page = await browser().post('/admin/login', { login, password: 'wrong' });
        return [page.status, page.text];
      }),
    );
    assert.deepEqual(answers[0], answers[1]);
  });

  test('after five failures one has to wait, but the browser that knows the account gets in', async () => {
    await makeUser('linus');
    const known = browser();
    await known.post('/admin/login', { login: 'linus', password: TEST_PASSWORD });
    await known.post('/admin/logout', { _token: '' });
    known.cookies.delete('galley');
    const stranger = browser();
    let last = await stranger.post('/admin/login', { login: 'linus', password: 'no' });
    for (let count = 0; count < 6; count++)
      last = await stranger.post('/admin/login', { login: 'linus', password: 'no' });
    assert.equal(last.status, 429);
    assert.match(last.text, /Too many attempts\. Try again in/);
    assert.ok(Number(last.headers['retry-after']) >= 1);
    assert.equal((await known.post('/admin/login', { login: 'linus', password: TEST_PASSWORD })).url, '/admin');
  });

  test('logging out is a POST with the token; it ends the session and clears what the browser kept', async () => {
    const { cookie } = await current.loginAs('author');
    const reader = browser(cookie);
    assert.equal((await reader.post('/admin/logout')).status, 403, 'without the token');
    const home = await reader.get('/admin');
    const reply = await current.inject({
      method: 'POST',
      url: '/admin/logout',
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
      payload: `_token=${/name="_token" value="([^"]+)"/.exec(home.html)?.[1]}`,
    });
    assert.equal(reply.headers['location'], '/admin/login?done=logout');
    assert.equal(reply.headers['clear-site-data'], '"cache", "storage"');
    assert.match(String(reply.headers['set-cookie']), /galley=; .*Max-Age=0/);
    assert.match((await reader.get('/admin')).url, /^\/admin\/login/, 'the old cookie opens nothing');
  });

  test('a password that was given by somebody else is changed before anything else', async () => {
    const user = await makeUser('given', ['editor']);
    await current.site.users.setPassword(user.id, TEST_PASSWORD, { by: SYSTEM, mustChange: true });
    const person = browser();
    const forced = await person.post('/admin/login', { login: 'given', password: TEST_PASSWORD });
    assert.equal(forced.url, '/admin/password');
    assert.equal((await person.get('/admin')).url, '/admin/password', 'no way round');
    const wrong = await person.submit(forced, 'Change it', {
      current: 'no',
      password: NEW_PASSWORD,
      repeated: NEW_PASSWORD,
    });
    assert.match(wrong.text, /present password is wrong/);
    const weak = await person.submit(wrong, 'Change it', {
      current: TEST_PASSWORD,
      password: 'short',
      repeated: 'short',
    });
    assert.match(weak.text, /too short/);
    const elsewhere = await current.site.sessions.create(user.id);
    const done = await person.submit(weak, 'Change it', {
      current: TEST_PASSWORD,
      password: NEW_PASSWORD,
      repeated: NEW_PASSWORD,
    });
    assert.deepEqual([done.status, done.url], [200, '/admin']);
    assert.equal(await current.site.sessions.read(elsewhere.token), undefined, 'other sessions end');
  });

  test('a reset link sets a password once and logs nobody in', async () => {
    const user = await makeUser('forgetful');
    const { token } = await current.site.passwordResets.start(user.id, SYSTEM);
    const person = browser();
    const form = await person.get(`/admin/reset?token=${token}`);
    const done = await person.submit(form, 'Set the password', { password: NEW_PASSWORD, repeated: NEW_PASSWORD });
    assert.match(done.url, /^\/admin\/login\?done=password/);
    assert.equal((await browser().get(`/admin/reset?token=${token}`)).status, 410);
    assert.equal((await person.post('/admin/login', { login: 'forgetful', password: NEW_PASSWORD })).url, '/admin');
  });

  test('asking for a link says the same whoever asks, and reaches who can send it', async () => {
    const heard: (string | null)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = await browser().post('/admin/forgot', { login: 'grace' });
    assert.match(before.text, /cannot send mail yet/);
    const remove = current.site.hooks.addAction('password-reset:requested', ({ user }) => {
      heard.push(user?.login ?? null);
      if (heard.length === 2) resolve();
    });
    const pages = [
      await browser().post('/admin/forgot', { login: 'nobody' }),
      await browser().post('/admin/forgot', { login: 'grace' }),
    ];
    await promise;
    remove();
    assert.equal(pages[0]?.text, pages[1]?.text);
    assert.deepEqual(heard.sort(), ['grace', null], 'for a name that nobody has there is the same to do');
  });

  test('sensitive acts ask for the password when the log-in is a while ago, and keep what was filled in', async () => {
    const { cookie } = await current.loginAs('administrator');
    await current.site.database.write('sessions').update({ authenticated_at: Date.now() - 16 * 60_000 });
    await current.site.cache.flush();
    const person = browser(cookie);
    const home = await person.get('/admin');
    const asked = await person.submit(home, 'Light');
    assert.equal(asked.status, 200, 'what is not sensitive goes on');
    const page = await person.get('/admin/confirm?redirect_to=/admin');
    const wrong = await person.submit(page, 'Go on', { password: 'no' });
    assert.equal(wrong.status, 422);
    assert.equal((await person.submit(wrong, 'Go on', { password: TEST_PASSWORD })).url, '/admin');
    assert.notEqual(person.cookies.get('galley'), cookie.split('=')[1], 'the session has a new token');
  });
});
