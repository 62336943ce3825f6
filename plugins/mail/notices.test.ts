import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type CommandOutput, type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite, until } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { Inbox, type ReceivedMail } from '../../test/support/inbox.ts';
import {
  buildRegistry,
  keyIn,
  PLAINLY,
  readSource,
  revoke,
  scratch,
  writePlugin,
} from '../../test/support/plugin-shop.ts';

const DENIED = { code: 'GALLEY_PERMISSION_DENIED' };
const WORDS = { hooks: { 'mail:writing': { input: ['template', 'language', 'subject', 'text', 'to', 'name'] } } };
/** What it sees it writes into the mail. */
const SCRIBE = `hooks: { 'mail:writing': (input) => ({ set: input.template === 'comments'
  ? { text: 'A mail without its link.' }
  : { subject: 'Scribe: ' + input.subject, text: input.text + '\\n\\nIt saw ' + JSON.stringify(input).replaceAll('{', '('), to: 1 } }) }`;
const PLUGINS = [
  { name: 'postman', capabilities: ['mail:send'] },
  { name: 'hermit', capabilities: ['users:read'] },
  { name: 'scribe', capabilities: ['mail:words'], contained: WORDS, handlers: SCRIBE },
  { name: 'snoop', capabilities: ['mail:send'], contained: WORDS, handlers: SCRIBE.replace('Scribe', 'Snoop') },
];
const pluginFolder = writePlugins(PLUGINS);
const inbox = await new Inbox().start();
const folder = await scratch();
const registry = join(folder, 'registry');
const plugins = { registry, minimumReleaseAge: 0 };
const config = { plugins, mail: { url: inbox.url }, http: { url: 'http://localhost:8080' }, jobs: { pollMs: 50 } };

describe('Notices', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite({
      config,
      plugins: ['posts', 'blocks', 'users', 'comments', 'dashboard', 'workflow', 'mail', 'postman', 'hermit'],
      pluginFolders: [pluginFolder],
    });
    await current.site.options.set('comments_flood', 0);
  });
  after(async () => {
    await current.stop();
    await inbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const mail = () => current.site.services.use('mail');
  const browserOf = async (role: string, name = `The ${role}`) => {
    const login = await current.loginAs(role);
    const user = await current.site.users.update(login.user.id, { name }, { by: SYSTEM });
    const viewer = await current.site.roles.viewerFor(user);
    return { ...login, user, viewer, browser: new Browser(() => current, login.cookie) };
  };
  const entryBy = (authorId: number, more: object = {}): Promise<Entry> =>
    current.site.entries.save({ type: 'post', title: 'On engines', authorId, ...more }, { viewer: SYSTEM });
  const comment = (entryId: number, content: string, authorName = 'Guest') =>
    current.site.services
      .use('comments')
      .add({ entryId, content, authorName, authorEmail: `${authorName}@example.net` }, { viewer: ANONYMOUS });
  /** Lets a job that gathers begin now. */
  const gathered = async (name: string) => {
    const waiting = await current.site.jobs.list({ name, state: 'delayed' });
    assert.equal(waiting.length, 1, 'all is gathered in one');
    await current.site.database.write('jobs').where({ id: waiting[0]?.id }).update({ run_at: 1 });
    assert.equal((await current.site.jobs.wait(waiting[0]?.id ?? 0)).state, 'done');
  };
  /** All that was enqueued has gone out or come to nothing. */
  const quiet = async () => {
    const open = async (state: 'waiting' | 'active') => (await current.site.jobs.list({ state })).length;
    await until(async () => (await open('waiting')) + (await open('active')) === 0);
  };
  const mailsTo = (address: string) => inbox.mails.filter(({ to }) => to.includes(address));

  test('comments that wait are told to who may approve them, in one mail, and to nobody who does without', async () => {
    const author = await browserOf('author');
    const [one, other] = [await browserOf('editor'), await browserOf('editor')];
    const profile = await other.browser.get('/admin/profile');
    assert.match(profile.text, /E-mails to you/);
    const choices = await other.browser.get('/admin/profile/mail');
    const saved = await other.browser.submit(choices, 'Save your choice', { 'mails.moderation': false });
    assert.match(saved.text, /It holds from now on/);
    const entry = await entryBy(author.user.id, { status: 'publish' });
    for (const name of ['Ada', 'Grace', 'Linus']) await comment(entry.id, `Fine <b>words</b> of ${name}`, name);
    await gathered('mail:moderation');
    const { text, subject } = await inbox.next(one.user.email);
    assert.match(subject, /^Comments wait for approval at /);
    for (const name of ['Ada', 'Grace', 'Linus']) assert.match(text, new RegExp(`– ${name}: Fine words of ${name}`));
    assert.match(text, /http:\/\/localhost:8080\/admin\/comments\?status=pending/);
    assert.match(text, /http:\/\/localhost:8080\/admin\/profile\/mail/);
    await quiet();
    assert.deepEqual(mailsTo(one.user.email), []);
    assert.deepEqual(mailsTo(other.user.email), []);
    assert.deepEqual(mailsTo(author.user.email), [], 'an author approves nothing');
    const again = await other.browser.get('/admin/profile/mail');
    assert.doesNotMatch(again.html, /name="mails\.moderation" value="1" checked/);
  });

  test('comments that were approved are told to the author of the entry, in one mail', async () => {
    const author = await browserOf('author');
    const entry = await entryBy(author.user.id, { status: 'publish' });
    const comments = current.site.services.use('comments');
    for (const name of ['Edsger', 'Barbara'])
      await comments.setStatus((await comment(entry.id, `Well said, ${name}`, name)).id, 'approved', SYSTEM);
    await comments.add({ entryId: entry.id, content: 'My own' }, { viewer: author.viewer });
    await gathered('mail:comments');
    const { text, subject } = await inbox.next(author.user.email);
    assert.equal(subject, 'New comments on “On engines”');
    assert.match(text, /– Barbara: Well said, Barbara/);
    assert.match(text, /– Edsger: Well said, Edsger/);
    assert.doesNotMatch(text, /My own/);
  });

  test('who is mentioned in a note is told, and who wrote it is not: note:added', async () => {
    const [author, editor] = [await browserOf('author', 'Rosalind'), await browserOf('editor', 'Mary Shelley')];
    const entry = await entryBy(author.user.id);
    const url = `/admin/workflow/notes/${entry.id}`;
    const heard: string[] = [];
    const remove = current.site.hooks.addAction('note:added', ({ mentioned, by }) => {
      heard.push(`${by.name}: ${mentioned.map(({ name }) => name).join()}`);
    });
    const body = '@Rosalind and @Mary Shelley, is <i>this</i> {link} true?';
    await editor.browser.submit(await editor.browser.get(url), 'Add the note', { body });
    remove();
    assert.deepEqual(heard, ['Mary Shelley: Rosalind']);
    const { subject, text } = await inbox.next(author.user.email);
    assert.equal(subject, 'Mary Shelley mentions you in a note on “On engines”');
    assert.ok(text.includes(body), text);
    await quiet();
    assert.deepEqual(mailsTo(editor.user.email), []);
  });

  test('an entry that is sent to be reviewed is told to who may publish it, and its author hears of it', async () => {
    const [writer, editor] = [await browserOf('contributor', 'Emmy'), await browserOf('editor', 'Hedy')];
    const { entries } = current.site;
    const entry = await entryBy(writer.user.id);
    await entries.save({ id: entry.id, status: 'pending' }, { viewer: writer.viewer });
    const asked = await inbox.next(editor.user.email);
    assert.equal(asked.subject, '“On engines” waits for review');
    assert.match(asked.text, /Emmy has sent “On engines” to be reviewed/);
    await entries.save({ id: entry.id, title: 'On new engines' }, { viewer: editor.viewer });
    await entries.save({ id: entry.id, status: 'publish' }, { viewer: editor.viewer });
    const answer = await inbox.next(writer.user.email);
    assert.equal(answer.subject, '“On new engines” is published');
    await quiet();
    assert.deepEqual(mailsTo(editor.user.email), [], 'a change of what waits is no new request');
  });

  test('the author hears when somebody else moves the entry: entry:moved', async () => {
    const [writer, editor] = [await browserOf('author'), await browserOf('editor', 'Hedy')];
    const stages = ['Draft', 'Checked'].map((title) => ({
      id: title.toLowerCase(),
      title,
      roles: ['editor', 'author'],
    }));
    await current.site.options.set('workflow_plans', { post: { stages, mustPass: false } });
    const entry = await entryBy(writer.user.id);
    const heard: string[] = [];
    const remove = current.site.hooks.addAction('entry:moved', ({ stage, by, isReturned }) => {
      heard.push(`${stage} by ${by.name}${isReturned ? ', back' : ''}`);
    });
    const move = (to: string, viewer: typeof editor.viewer) =>
      current.site.entries.save(
        { id: entry.id, meta: { 'workflow:move': [to], 'workflow:note': ['A good start.'] } },
        { viewer },
      );
    await move('checked', editor.viewer);
    const { subject, text } = await inbox.next(writer.user.email);
    assert.equal(subject, '“On engines” is at “Checked” now');
    assert.match(text, /Hedy has moved “On engines” to “Checked”\.\n\nA good start\./);
    await move('draft', writer.viewer);
    await quiet();
    remove();
    await current.site.options.remove('workflow_plans');
    assert.deepEqual(heard, ['Checked by Hedy', 'Draft by The author, back']);
    assert.deepEqual(mailsTo(writer.user.email), [], 'nobody is told of what he did himself');
  });

  test('administrators are told that the site switched a plugin off', async () => {
    const { user } = await browserOf('administrator');
    await current.site.pluginChoice.switchOff('hermit', 'It took too long, three times.');
    const { subject, text } = await inbox.next(user.email);
    assert.match(subject, /^The plugin hermit was switched off at /);
    assert.match(text, /It took too long, three times\./);
  });

  test('administrators are told what a registry took back, and that the site switched off what does harm', async () => {
    const { user } = await browserOf('administrator');
    const { site } = current;
    const registryKey = await keyIn(folder, 'registry');
    for (const name of ['satchel', 'trap']) await writePlugin(join(folder, 'source'), { name });
    await buildRegistry({ folder: join(folder, 'source'), out: registry, registryKey });
    const wanted = await Promise.all(['satchel', 'trap'].map(async (name) => ({ source: await readSource(name) })));
    await site.pluginChanges.install(wanted, { ...PLAINLY, activate: true });
    await revoke(registry, 'satchel@1.0.0', 'It has a hole.', { registryKey });
    await revoke(registry, 'trap@1.0.0', 'It bites.', { registryKey, harmful: true });
    await site.cron.run('plugin-revocations');
    const got = [await inbox.next(user.email), await inbox.next(user.email)];
    const about = (name: string) => got.find(({ subject }) => subject.includes(name));
    assert.match(about('satchel')?.subject ?? '', /^The plugin satchel was revoked at /);
    assert.match(
      about('satchel')?.text ?? '',
      /it was revoked: It has a hole\.\s+The site has changed nothing about it/,
    );
    assert.match(about('trap')?.subject ?? '', /^The plugin trap was switched off at /);
    assert.match(about('trap')?.text ?? '', /it was revoked: It bites\.\s+The site goes on without it/);
    const chosen = await site.pluginChoice.chosen();
    assert.deepEqual([chosen.includes('satchel'), chosen.includes('trap')], [true, false]);
    const { checks } = await site.health.report();
    assert.deepEqual(checks['registry']?.message, 'Revoked, and still running: satchel.');
    await site.cron.run('plugin-revocations');
    await quiet();
    assert.deepEqual(mailsTo(user.email), [], 'once');
  });

  test('a contained plugin changes the words of mails and sees nobody they go to: mail:writing', async () => {
    const scribe = await startTestSite({
      config,
      plugins: ['posts', 'dashboard', 'mail', 'scribe', 'snoop'],
      pluginFolders: [pluginFolder],
    });
    Object.assign(scribe.site.contained.limits, { hookWaitMs: 20_000, deadlineMs: 20_000 });
    const { user } = await scribe.loginAs('editor');
    const post = scribe.site.services.use('mail');
    const send = async (template: string, data: Record<string, string>): Promise<ReceivedMail> => {
      await post.sendNow({ to: user.id, template, data });
      return inbox.next(user.email);
    };
    try {
      for (const engine of ['isolated-vm', 'quickjs'] as const) {
        const { contained } = scribe.site;
        contained.engine = engine;
        process.kill((await contained.hosts.pidOf('scribe')) ?? 0);
        await until(() => contained.hosts.size === 0);
        const waiting = await send('moderation', { count: '1', list: 'Ada wrote.', link: '/admin/comments' });
        assert.match(waiting.subject, /^Scribe: Comments wait for approval/, engine);
        assert.match(
          waiting.text,
          /It saw \("template":"moderation","language":"en","subject":"[^"]*\(site\}","text":"Hello \(name\}/,
        );
        assert.match(
          waiting.text,
          /Hello The editor,.*Ada wrote\..*\/admin\/comments/s,
          'places are filled after that',
        );
        assert.doesNotMatch(waiting.text, /It saw .*(Ada|editor|@)/);
        const broken = await send('comments', { title: 'On engines', list: 'Ada', link: '/admin/comments' });
        assert.match(broken.text, /\/admin\/comments/, 'a mail keeps its link');
        const reset = await send('reset', { link: '/admin/reset?token=x', minutes: '7' });
        const own = await send('from-plugin', { subject: 'Weather', text: 'Dry.', plugin: 'Sky' });
        for (const { subject, text } of [reset, own]) assert.doesNotMatch(subject + text, /Scribe|It saw/);
        assert.equal(contained.hosts.isOut('scribe'), false);
      }
    } finally {
      await scribe.stop();
    }
  });

  test('a contained plugin writes to people by id, only when it asks for mail:send, and not without end', async () => {
    const reader = await browserOf('subscriber');
    const { calls } = current.site.contained;
    const message = { to: reader.user.id, subject: 'The <b>weather</b>', text: 'It will be dry.\n\n{name} {{7*7}}' };
    await assert.rejects(calls.run('hermit', 'mail.send', message), DENIED);
    for (const wrong of [{ ...message, to: reader.user.email }, { ...message, html: 'x' }, { to: reader.user.id }])
      await assert.rejects(calls.run('postman', 'mail.send', wrong), { code: 'GALLEY_INPUT_INVALID' });
    assert.equal(await calls.run('postman', 'mail.send', message), null);
    const { subject, text, html } = await inbox.next(reader.user.email);
    assert.equal(subject, 'The <b>weather</b>');
    assert.match(text, /It will be dry\.\n\n\{name\} \{\{7\*7\}\}/);
    assert.match(text, /The plugin “The postman” of .* has sent this\./);
    assert.ok(!html.includes('<b>'));
    assert.equal(
      await calls.run('postman', 'mail.send', { ...message, to: 987_654 }),
      null,
      'it learns not who there is',
    );
    for (let count = 2; count < 20; count++) await calls.run('postman', 'mail.send', { ...message, to: 987_654 });
    await assert.rejects(calls.run('postman', 'mail.send', message), { code: 'GALLEY_RATE_LIMITED' });
  });

  describe('the words of a mail', () => {
    test('are changed, seen, tried and brought back by an administrator, in each language', async () => {
      const { browser, user } = await browserOf('administrator', 'Ada Lovelace');
      const list = await browser.get('/admin/mail');
      assert.match(list.text, /Mails go out by the mail server 127\.0\.0\.1/);
      assert.match(list.text, /New password/);
      const url = '/admin/mail/reset?language=de';
      const page = await browser.get(url);
      assert.match(page.html, /<div lang="de" dir="ltr">/);
      const words = { 'mail.subject': 'Neu: {site}', 'mail.text': 'Hallo {name},\n\n<b>hier</b>: {link} {minutes}' };
      const seen = await browser.submit(page, 'Show the preview', words);
      assert.match(
        seen.html,
        /Hallo Ada Lovelace,\n\n&lt;b&gt;hier&lt;\/b&gt;: http:\/\/localhost:8080\/admin\/reset 30/,
      );
      assert.equal(await mail().templates.changedOf('reset', 'de'), undefined);
      await browser.submit(seen, 'Send me a test', words);
      assert.match((await inbox.next(user.email)).subject, /^Neu: /);
      for (const [text, said] of [
        ['Hallo {name}', /Without \{link\} the mail is of no use/],
        ['{link} {constructor}', /There is no place \{constructor\}/],
        ['', /A text has 1 to/],
      ] as const) {
        const refused = await browser.submit(page, 'Save the words', { ...words, 'mail.text': text });
        assert.equal(refused.status, 422);
        assert.match(refused.text, said);
      }
      const saved = await browser.submit(page, 'Save the words', words);
      assert.match(saved.text, /The next mail has these words/);
      assert.match((await browser.get('/admin/mail')).text, /Changed: Deutsch/);
      await current.site.meta.set('user', user.id, 'admin_language', ['de']);
      await mail().send({ to: user.id, template: 'reset', data: { link: '/admin/reset?token=x', minutes: '7' } });
      const { text, html } = await inbox.next(user.email);
      assert.match(text, /^Hallo Ada Lovelace,\n\n<b>hier<\/b>: http:\/\/localhost:8080\/admin\/reset\?token=x 7$/m);
      assert.match(html, /&lt;b&gt;hier/);
      await current.site.meta.set('user', user.id, 'admin_language', ['en']);
      const back = await browser.submit(await browser.get(url), 'Bring the first words back');
      assert.match(back.text, /as they were at first/);
      assert.equal(await mail().templates.changedOf('reset', 'de'), undefined);
      assert.match((await browser.get('/admin/mail/reset?language=ar')).html, /<div lang="ar" dir="rtl">/);
      assert.equal((await browser.get('/admin/mail/nothing')).status, 404);
    });

    test('are nobody’s business but an administrator’s', async () => {
      const { browser, token } = await browserOf('editor');
      assert.equal((await browser.get('/admin/mail')).status, 403);
      assert.equal((await browser.post('/admin/mail/reset', { _token: token, press: 'save' })).status, 403);
    });
  });

  test('galley mail test and galley mail list say what goes out and what does not', async () => {
    const said: string[] = [];
    const rows: Record<string, unknown>[] = [];
    const output: Partial<CommandOutput> = {
      success: (message) => said.push(message),
      table: (list) => rows.push(...(list as Record<string, unknown>[])),
    };
    const interrupt = new AbortController();
    const { signal } = interrupt;
    const run = (name: string, args: object, options: object = {}) =>
      current.site.commands.need(name).run({ site: current.site, args, options, output, signal } as never);
    await run('mail test', { address: 'Ada <ada@example.org>' });
    assert.match((await inbox.next('ada@example.org')).text, /can send mail/);
    assert.match(said.join(), /Sent to Ada <ada@example.org>: 250/);
    inbox.refused.add('gone@example.org');
    await assert.rejects(run('mail test', { address: 'gone@example.org' }) as Promise<unknown>, {
      code: 'GALLEY_MAIL_REFUSED',
    });
    const id = await mail().send({ to: 'gone@example.org', subject: 'Hello', text: 'The word is aubergine.' });
    await current.site.jobs.wait(id ?? 0);
    await run('mail list', {}, { limit: 10 });
    const row = rows.find((item) => item['id'] === id);
    assert.equal(row?.['to'], 'gone@example.org');
    assert.equal(row?.['state'], 'failed');
    assert.doesNotMatch(JSON.stringify(rows), /aubergine/);
    const { checks } = await current.site.health.report();
    assert.match(checks['mail']?.message ?? '', /could not be sent: 1/);
    const asked = Promise.withResolvers<void>();
    const silence = Promise.withResolvers<{ id: string }>();
    const remove = current.site.hooks.addResponder('mail:sending', () => {
      asked.resolve();
      return silence.promise;
    });
    const waiting = run('mail test', { address: 'ada@example.org' }) as Promise<unknown>;
    await asked.promise;
    interrupt.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await assert.rejects(run('mail test', { address: 'ada@example.org' }) as Promise<unknown>, { name: 'AbortError' });
    silence.resolve({ id: 'late' });
    remove();
  });
});
