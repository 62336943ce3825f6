import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite, until } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { Inbox } from '../../test/support/inbox.ts';
import { checkAddress, parseAddress } from './address.ts';
import { serverOf } from './transport.ts';

const INVALID = { code: 'GALLEY_INPUT_INVALID' };
const NEW_PASSWORD = 'velvet anchor nineteen prunes';
const inbox = await new Inbox().start();
after(() => inbox.stop());

test('an address is taken apart, and nothing else comes in with it', () => {
  assert.deepEqual(parseAddress('Ada Lovelace <ada@Example.org>'), {
    name: 'Ada Lovelace',
    address: 'ada@example.org',
  });
  assert.deepEqual(parseAddress('"Lovelace, Ada" <ada@bücher.example>'), {
    name: 'Lovelace, Ada',
    address: 'ada@xn--bcher-kva.example',
  });
  for (const wrong of [
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org\nBcc: eve@example.org',
    'Ada\r\nBcc: eve@example.org <ada@example.org>',
    'ada@example.org, eve@example.org',
    'ada@example.org eve@example.org',
    'ada@example.org>, <eve@example.org',
    'ada@exa mple.org',
    'ada',
    '@example.org',
    '<>',
    '',
    'ada\u0000@example.org',
    'Ada \u202e <ada@example.org>',
  ])
    assert.throws(() => parseAddress(wrong), INVALID, JSON.stringify(wrong));
  assert.throws(() => checkAddress({ name: 'Ada\r\nBcc: eve@example.org', address: 'ada@example.org' }), INVALID);
});

test('TLS is demanded of a mail server elsewhere, always verified, and no address switches that off', () => {
  const base = { url: '', from: '', plaintext: false, folder: '' };
  const elsewhere = serverOf({ ...base, url: 'smtp://user:p%40ss@mail.example.org?tls.rejectUnauthorized=false' });
  assert.equal(elsewhere.requireTLS, true);
  assert.equal(elsewhere.port, 587);
  assert.deepEqual(elsewhere.auth, { user: 'user', pass: 'p@ss' });
  assert.deepEqual(elsewhere.tls, { minVersion: 'TLSv1.2' });
  assert.equal(serverOf({ ...base, url: 'smtps://mail.example.org' }).port, 465);
  assert.equal(serverOf({ ...base, url: 'smtps://mail.example.org', plaintext: true }).secure, true);
  assert.equal(serverOf({ ...base, url: 'smtp://mail.example.org', plaintext: true }).requireTLS, false);
  assert.equal(serverOf({ ...base, url: 'smtp://127.0.0.1:2525' }).requireTLS, false);
});

const config = { mail: { url: inbox.url }, http: { url: 'http://localhost:8080' }, jobs: { pollMs: 50 } };
describe('Mail', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite({ config, plugins: ['users', 'mail'] });
  });
  after(() => current.stop());
  const mail = () => current.site.services.use('mail');
  const browser = () => new Browser(() => current);

  describe('a new password', () => {
    test('comes by a link in a mail, once, and the mails say what happened', async () => {
      const { user } = await current.loginAs('author');
      const person = browser();
      const asked = await person.submit(await person.get('/admin/forgot'), 'Ask for a link', { login: user.login });
      assert.match(asked.text, /a link to choose a new password is on its way/);
      const { subject, text, html, from, head } = await inbox.next(user.email);
      assert.match(subject, /^A new password for /);
      assert.equal(from, 'no-reply@localhost');
      assert.equal(head['auto-submitted'], 'auto-generated');
      const [link = ''] = /http:\/\/localhost:8080\/admin\/reset\?token=[\w-]{43}$/m.exec(text) ?? [];
      assert.ok(html.includes(`<a href="${link}" dir="ltr">${link}</a>`), html);
      const path = link.replace('http://localhost:8080', '');
      const form = await person.get(path);
      await person.submit(form, 'Set the password', { password: NEW_PASSWORD, repeated: NEW_PASSWORD });
      assert.match((await inbox.next(user.email)).subject, /^Your password at .* was changed$/);
      assert.equal((await browser().get(path)).status, 410);
      const login = await browser().post('/admin/login', { login: user.login, password: NEW_PASSWORD });
      assert.equal(login.url, '/admin');
    });

    test('is asked for with the same answer and the same job for a name that nobody has', async () => {
      const { user } = await current.loginAs('author');
      const { jobs } = current.site;
      const last = async () => (await jobs.list({ name: 'mail:reset', limit: 1 }))[0]?.id ?? 0;
      const ask = async (login: string) => {
        const before = await last();
        const page = await browser().post('/admin/forgot', { login });
        await until(async () => (await last()) > before);
        await jobs.wait(await last());
        return page.text;
      };
      assert.equal(await ask('nobody@example.org'), await ask(user.login));
      await inbox.next(user.email);
      assert.deepEqual(inbox.mails, []);
      const [known, unknown] = await jobs.list({ name: 'mail:reset', limit: 2 });
      assert.deepEqual([known?.data, unknown?.data], [{ userId: user.id }, { userId: null }]);
    });

    test('leaves neither token nor link in the queue, and fills nobody’s box', async () => {
      const { user } = await current.loginAs('author');
      const { site } = current;
      for (let count = 0; count < 5; count++) {
        const before = (await site.jobs.list({ name: 'mail:reset', limit: 1 }))[0]?.id ?? 0;
        await browser().post('/admin/forgot', { login: user.email });
        await until(async () => ((await site.jobs.list({ name: 'mail:reset', limit: 1 }))[0]?.id ?? 0) > before);
        await site.jobs.wait((await site.jobs.list({ name: 'mail:reset', limit: 1 }))[0]?.id ?? 0);
      }
      const mails = inbox.mails.splice(0);
      assert.equal(mails.length, 3);
      const rows = JSON.stringify(await site.database.read('jobs').select('*'));
      for (const { text } of mails) {
        const token = /token=([\w-]{43})/.exec(text)?.[1] ?? 'none';
        assert.ok(!rows.includes(token));
        assert.ok(await site.passwordResets.check(token), 'the owner still has links that work');
      }
    });

    test('is chosen by a new person by the link of an invitation that nobody else saw: user:invited', async () => {
      const { cookie } = await current.loginAs('administrator');
      const administrator = new Browser(() => current, cookie);
      const form = await administrator.get('/admin/users/new');
      const invited: string[] = [];
      const remove = current.site.hooks.addAction('user:invited', ({ user, by }) => {
        invited.push(`${user.login} by ${by.name}`);
      });
      const made = await administrator.submit(form, 'Make the account', {
        'user.login': 'newcomer',
        'user.name': 'New Comer',
        'user.email': 'newcomer@example.org',
      });
      remove();
      assert.match(made.text, /A link to choose a password is on its way to newcomer@example.org/);
      assert.deepEqual(invited, ['newcomer by The administrator']);
      assert.doesNotMatch(made.html, /reset\?token=/);
      const { text, subject } = await inbox.next('newcomer@example.org');
      assert.match(subject, /^Your account at /);
      assert.match(text, /^The administrator made an account at .* Your login is newcomer\./m);
      assert.match(text, /for 24 hours/);
      const path = /http:\/\/localhost:8080(\/admin\/reset\?token=\S+)/.exec(text)?.[1] ?? '';
      const password = { password: NEW_PASSWORD, repeated: NEW_PASSWORD };
      await browser().submit(await browser().get(path), 'Set the password', password);
      await inbox.next('newcomer@example.org');
      const page = await administrator.submit(await administrator.get(made.url), 'Send the link by e-mail');
      assert.match(page.text, /on its way/);
      await inbox.next('newcomer@example.org');
    });

    test('a changed e-mail address is told of at the old one and at the new one, in the language of the person', async () => {
      const { user } = await current.loginAs('author');
      await current.site.meta.set('user', user.id, 'admin_language', ['de']);
      await current.site.users.update(user.id, { email: `new-${user.email}` }, { by: SYSTEM });
      for (const address of [user.email, `new-${user.email}`])
        assert.match((await inbox.next(address)).subject, /^Ihre E-Mail-Adresse bei .* wurde geändert$/);
    });
  });

  describe('a mail', () => {
    test('with a line break in an address or a subject is refused before it is enqueued', async () => {
      const { jobs } = current.site;
      const count = () => jobs.count({ name: 'mail:send' }, 1000);
      const before = await count();
      const text = 'Hello';
      for (const message of [
        { to: 'ada@example.org\r\nBcc: eve@example.org', subject: 'Hello', text },
        { to: { name: 'Ada\nBcc: eve@example.org', address: 'ada@example.org' }, subject: 'Hello', text },
        { to: 'ada@example.org', subject: 'Hello\r\nBcc: eve@example.org', text },
        { to: 'ada@example.org', subject: '', text },
        { to: 'ada@example.org', subject: 'Hello', text: '' },
      ])
        await assert.rejects(mail().send(message), INVALID, JSON.stringify(message));
      assert.equal(await count(), before);
    });

    test('shows names as they are: no markup, no template, no further line in its head', async () => {
      const { site } = current;
      const name = '<script>alert(1)</script> {{7*7}} {site} #{7*7}';
      const user = await site.users.create(
        { login: 'poison', email: 'poison@example.org', name, roles: ['author'] },
        SYSTEM,
      );
      const words = { subject: '{name}: {by}', text: 'Hello {name},\n\n{by} {login} {hours}\n\n{link}' };
      await mail().templates.change('invitation', 'en', words);
      const by = 'Eve\r\nBcc: eve@example.org\r\n\r\n<img src=x onerror=alert(1)>';
      const data = { link: '/admin/reset?token=x', login: 'poison', hours: '1', by };
      await mail().send({ to: user.id, template: 'invitation', data });
      const { subject, text, html, head, to } = await inbox.next('poison@example.org');
      await mail().templates.reset('invitation', 'en');
      assert.deepEqual(to, ['poison@example.org']);
      assert.equal(head['bcc'], undefined);
      assert.ok(subject.startsWith(`${name}: Eve Bcc: eve@example.org <img`), subject);
      assert.ok(text.includes(`Hello ${name},`), text);
      assert.ok(!/<script|<img/.test(html), html);
      assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} {site} #{7*7}'), html);
      assert.ok(!text.includes('49') && !html.includes('49'));
    });

    test('leads only to this site', async () => {
      const { user } = await current.loginAs('author');
      for (const link of ['https://evil.example/', '//evil.example/', 'javascript:alert(1)', '/\\evil.example'])
        await assert.rejects(mail().sendNow({ to: user.id, template: 'reset', data: { link } }), INVALID, link);
      assert.equal(mail().addressOf('/admin'), 'http://localhost:8080/admin');
    });

    test('waits while the mail server is down, no page fails, and it goes out when the server is back', async () => {
      const { user } = await current.loginAs('author');
      const { site } = current;
      await inbox.stop();
      const page = await browser().post('/admin/forgot', { login: user.login });
      assert.equal(page.status, 200);
      const failedOnce = async () => (await site.jobs.list({ name: 'mail:reset', state: 'delayed' }))[0];
      await until(async () => (await failedOnce()) !== undefined);
      const job = await failedOnce();
      assert.equal(job?.attempts, 1);
      assert.match(job?.error ?? '', /The mail server could not be used/);
      await inbox.start();
      await site.database.write('jobs').where({ id: job?.id }).update({ run_at: 1 });
      assert.match((await inbox.next(user.email)).text, /reset\?token=/);
      assert.equal((await site.jobs.wait(job?.id ?? 0)).state, 'done');
    });

    test('goes to no server whose certificate nobody vouches for, and to none without TLS elsewhere', async () => {
      const { sendBySmtp } = await import('./transport.ts');
      const letter = {
        id: 'test',
        from: parseAddress('no-reply@example.org'),
        to: parseAddress('ada@example.org'),
        subject: 'Hello',
        text: 'Hello',
        html: '<p>Hello</p>',
        language: 'en',
      };
      const sendTo = (url: string) =>
        sendBySmtp({ config: { mail: { url, from: '', plaintext: false, folder: '' } } } as never, letter);
      const secure = await new Inbox({ secure: true }).start();
      // Another name of this machine: it is no loopback by its letters, as a server elsewhere is none.
      const plain = inbox.url.replace('127.0.0.1', '127.1');
      try {
        await assert.rejects(sendTo(secure.url), { code: 'GALLEY_MAIL_UNAVAILABLE', message: /certificate/ });
        await assert.rejects(sendTo(plain), { code: 'GALLEY_MAIL_UNAVAILABLE' });
        await sendTo(inbox.url);
        await inbox.next('ada@example.org');
        assert.deepEqual([secure.mails, inbox.mails], [[], []]);
      } finally {
        await secure.stop();
      }
    });

    test('that the server refuses for good stays among the failed jobs, without its words', async () => {
      const { site } = current;
      inbox.refused.add('gone@example.org');
      const id = await mail().send({ to: 'gone@example.org', subject: 'Hello', text: 'The secret word is aubergine.' });
      const job = await site.jobs.wait(id ?? 0);
      assert.equal(job.state, 'failed');
      assert.equal(job.attempts, 1);
      assert.match(job.error ?? '', /refused the mail.*Nobody here/);
      assert.doesNotMatch(JSON.stringify(job), /aubergine|correct-horse/);
    });

    test('is not sent to who is locked out, and not when it is too late', async () => {
      const { site } = current;
      const { user } = await current.loginAs('author');
      const hello = { subject: 'Hello', text: 'Hello' };
      assert.match(await mail().sendNow({ ...hello, to: user.email, expiresAt: 1 }), /too late/);
      await site.users.setStatus(user.id, 'disabled', SYSTEM);
      assert.match(await mail().sendNow({ ...hello, to: user.id }), /cannot be reached/);
      assert.deepEqual(inbox.mails, []);
    });

    test('is written in the language of whoever gets it, in its direction', async () => {
      const { site } = current;
      const { user } = await current.loginAs('author');
      await site.meta.set('user', user.id, 'admin_language', ['ar']);
      await mail().send({ to: user.id, template: 'reset', data: { link: '/admin/reset?token=x', minutes: '30' } });
      const { html, subject } = await inbox.next(user.email);
      assert.match(html, /<html lang="ar" dir="rtl">/);
      assert.match(subject, /\p{Script=Arabic}/u);
      assert.match(html, /<bdi>The author<\/bdi>/);
    });

    test('goes another way where a plugin takes it: mail:sending', async () => {
      const taken: string[] = [];
      const remove = current.site.hooks.addResponder('mail:sending', ({ to, subject }) => {
        taken.push(`${to.address}: ${subject}`);
        return { id: 'pigeon-1' };
      });
      assert.equal(await mail().sendNow({ to: 'ada@example.org', subject: 'Hello', text: 'Hello' }), 'pigeon-1');
      remove();
      assert.deepEqual(taken, ['ada@example.org: Hello']);
    });
  });
});

test('without a mail server mails are files where a folder is set, and nothing where there is none', async () => {
  const caught = await startTestSite({ config: { mail: { folder: 'mail' } }, plugins: ['mail'] });
  try {
    const message = { to: 'Ada <ada@example.org>', subject: 'Grüße', text: 'Hello Ada' };
    await caught.site.services.use('mail').sendNow(message);
    const folder = join(caught.contentDir, 'mail');
    const [file = ''] = readdirSync(folder);
    assert.match(file, /\.eml$/);
    assert.equal(statSync(join(folder, file)).mode & 0o077, 0);
    assert.match(readFileSync(join(folder, file), 'utf8'), /^To: Ada <ada@example\.org>$/m);
  } finally {
    await caught.stop();
  }
  const none = await startTestSite({ plugins: ['mail'] });
  try {
    assert.equal(await none.site.services.use('mail').send({ to: 'a@example.org', subject: 'a', text: 'b' }), null);
    const person = new Browser(() => none);
    const page = await person.submit(await person.get('/admin/forgot'), 'Ask for a link', { login: 'ada' });
    assert.match(page.text, /cannot send mail yet/);
  } finally {
    await none.stop();
  }
});
