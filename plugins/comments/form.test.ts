import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Entry } from 'galley';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import type { Comment } from './comment.ts';
import { addMany, formOf, publish, sendForm } from './test-comments.ts';

const DAY_MS = 24 * 3600 * 1000;

describe('The form below an entry', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments'] }, (suite) => {
    let entry: Entry;
    let url: string;
    before(async () => {
      entry = await publish(suite.current.site, { slug: 'open', publishedAt: Date.UTC(2026, 2, 1, 12) });
      url = await suite.current.site.services.use('front').urlOf(entry);
      // These tests write faster than people; the limit has tests of its own.
      await suite.current.site.options.set('comments_flood', 0);
    });

    const send: typeof sendForm extends (first: never, ...rest: infer Rest) => infer Result
      ? (...rest: Rest) => Result
      : never = (...rest) => sendForm(suite.current, ...rest);
    const comments = () => suite.current.site.services.use('comments');
    const newest = async (): Promise<Comment | undefined> => (await comments().store.list({ limit: 1 }))[0];
    const settings = async (changes: object): Promise<void> => {
      await suite.current.site.options.update('comments', (now: object) => ({ ...now, ...changes }));
    };

    test('takes a comment, holds it back and thanks for it', async () => {
      const reply = await send(formOf(entry, { comment: 'First line\nand second.\n\nA new thought.' }));
      assert.equal(reply.statusCode, 303);
      assert.equal(reply.headers['location'], `${url}#comment-waiting`);
      const comment = await newest();
      assert.equal(comment?.status, 'pending');
      assert.equal(comment?.content, '<p>First line<br />\nand second.</p>\n<p>A new thought.</p>');
      assert.match(comment?.authorAddress ?? '', /^10\./);
      const page = await suite.current.inject({ url });
      assert.doesNotMatch(page.body, /A new thought/);
      assert.match(page.body, /id="comment-waiting"[^>]*>Thank you/);
    });

    const mistakes: [what: string, field: string, fields: Record<string, string>, words: RegExp][] = [
      ['no name', 'author', { author: '  ' }, /Write your name/],
      ['a name without end', 'author', { author: 'n'.repeat(300) }, /Shorten this to 245/],
      ['no e-mail address', 'email', { email: '' }, /Write your e-mail address/],
      ['half an e-mail address', 'email', { email: 'ada@' }, /Write your e-mail address/],
      ['an e-mail address without end', 'email', { email: `${'e'.repeat(250)}@example.net` }, /Shorten this to 200/],
      ['an address that runs a script', 'url', { url: 'javascript:alert(1)' }, /Write an address such as/],
      ['an address with a blank', 'url', { url: 'https://exa mple.org' }, /Write an address such as/],
      ['no text', 'comment', { comment: ' \n ' }, /Write something/],
      ['markup without text', 'comment', { comment: '<p>&nbsp;</p><script>x</script>' }, /Write something/],
      ['a text without end', 'comment', { comment: 'w'.repeat(66_000) }, /Shorten this to 65000/],
    ];
    for (const [what, field, fields, words] of mistakes) {
      test(`comes back with what was typed and a word at the field: ${what}`, async () => {
        const before = await newest();
        const typed = { author: 'Typed <b>name</b>', email: 'typed@example.net', comment: 'Typed "text"', ...fields };
        const { statusCode, body } = await send(formOf(entry, typed));
        assert.equal(statusCode, 422);
        const error = new RegExp(`id="${field}-error">([^<]*)<`).exec(body)?.[1] ?? '';
        assert.match(error, words);
        assert.equal(body.match(/class="field-error" id=/g)?.length, 1, 'the other fields are right');
        if (field !== 'comment') assert.match(body, /<textarea[^>]*>Typed &quot;text&quot;<\/textarea>/);
        if (field !== 'author') assert.match(body, /name="author"[^>]*value="Typed &lt;b&gt;name&lt;\/b&gt;"/);
        if (field !== 'email') assert.match(body, /name="email"[^>]*value="typed@example.net"/);
        assert.match(body, new RegExp(`name="${field}"[^>]*aria-invalid="true" aria-describedby="${field}-error"`));
        assert.equal((await newest())?.id, before?.id, 'nothing was stored');
      });
    }

    test('says what is wrong in the language of the site', async () => {
      const { options } = suite.current.site;
      await options.set('language', 'de');
      const reply = await send(formOf(entry, { author: ' ', email: '', comment: ' ' }));
      const lost = await send(formOf({ ...entry, id: 999_999 }));
      await options.set('language', 'en');
      assert.equal(reply.statusCode, 422);
      assert.match(reply.body, /id="author-error"[^>]*>Schreiben Sie Ihren Namen\.</);
      assert.match(reply.body, /id="comment-error"[^>]*>Schreiben Sie etwas\.</);
      assert.equal(lost.statusCode, 404);
      assert.match(lost.body, /<title>Hier ist nichts/);
    });

    test('takes an address without its beginning', async () => {
      await send(formOf(entry, { url: 'example.org/ada', comment: 'With address' }));
      assert.equal((await newest())?.authorUrl, 'https://example.org/ada');
    });

    test('takes no word from machines, which fill in what nobody sees', async () => {
      const before = await newest();
      const reply = await send(formOf(entry, { nickname: 'Robot', comment: 'Buy this' }));
      assert.equal(reply.statusCode, 303);
      assert.equal(reply.headers['location'], `${url}#comments`);
      assert.equal((await newest())?.id, before?.id);
    });

    test('takes nothing below what is closed, too old, protected, a draft, in the trash, or not there', async () => {
      const { site } = suite.current;
      const before = await newest();
      const closed = await publish(site, { commentStatus: 'closed' });
      assert.equal((await send(formOf(closed))).statusCode, 403);
      const locked = await publish(site, { password: 'sesame' });
      assert.equal((await send(formOf(locked))).statusCode, 403);
      const draft = await publish(site, { status: 'draft' });
      assert.equal((await send(formOf(draft))).statusCode, 404);
      const hidden = await publish(site, { status: 'private' });
      assert.equal((await send(formOf(hidden))).statusCode, 404);
      await site.entries.trash(closed.id, { viewer: SYSTEM });
      assert.equal((await send(formOf(closed))).statusCode, 404);
      assert.equal((await send(formOf(entry, { comment_post_ID: 999_999 }))).statusCode, 404);
      const old = await publish(site, { slug: 'old', publishedAt: Date.now() - 31 * DAY_MS });
      await settings({ closeAfterDays: 30 });
      assert.equal((await send(formOf(old))).statusCode, 403);
      const page = await suite.current.inject({ url: await site.services.use('front').urlOf(old) });
      assert.doesNotMatch(page.body, /<form class="comment-form"/);
      await settings({ closeAfterDays: 0 });
      assert.equal((await newest())?.id, before?.id);
    });

    test('takes the word of who has unlocked a protected entry', async () => {
      const { site, inject } = suite.current;
      const locked = await publish(site, { password: 'sesame' });
      const opened = await inject({
        method: 'POST',
        url: `/unlock/${locked.id}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        payload: 'post_password=sesame',
      });
      const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
      const page = await inject({ url: await site.services.use('front').urlOf(locked), headers: { cookie } });
      assert.match(page.body, /<form class="comment-form"/);
      const reply = await send(formOf(locked, { comment: 'From inside' }), { headers: { cookie } });
      assert.equal(reply.statusCode, 303);
      assert.equal((await newest())?.entryId, locked.id);
    });

    test('keeps replies with what they answer, and only with that', async () => {
      const { site } = suite.current;
      const other = await publish(site);
      const [first, foreign, held] = await addMany(site, [
        { entryId: entry.id, content: 'Root' },
        { entryId: other.id, content: 'Elsewhere' },
        { entryId: entry.id, content: 'Not yet', status: 'pending' },
      ]);
      await send(formOf(entry, { comment_parent: first?.id ?? 0, comment: 'An answer' }));
      const answer = await newest();
      assert.equal(answer?.parentId, first?.id);
      assert.equal(answer?.threadId, first?.id);
      await comments().setStatus(answer?.id ?? 0, 'approved', SYSTEM);
      await send(formOf(entry, { comment_parent: answer?.id ?? 0, comment: 'An answer to that' }));
      const second = await newest();
      assert.equal(second?.parentId, answer?.id);
      assert.equal(second?.threadId, first?.id);
      for (const parent of [foreign, held]) {
        await send(formOf(entry, { comment_parent: parent?.id ?? 0, comment: `Below ${parent?.id}` }));
        const stray = await newest();
        assert.equal(stray?.content, `<p>Below ${parent?.id}</p>`);
        assert.equal(stray?.parentId, null);
        assert.equal(stray?.threadId, null);
      }
    });

    test('says whom it answers, and keeps that when it comes back', async () => {
      const [root] = await addMany(suite.current.site, [{ entryId: entry.id, authorName: 'Grace <i>' }]);
      const { body } = await suite.current.inject({ url: `${url}?replyto=${root?.id}` });
      assert.match(body, /Reply to Grace &lt;i&gt;/);
      assert.match(body, new RegExp(`name="comment_parent" value="${root?.id}"`));
      const rejected = await send(formOf(entry, { comment_parent: root?.id ?? 0, comment: '' }));
      assert.equal(rejected.statusCode, 422);
      assert.match(rejected.body, new RegExp(`name="comment_parent" value="${root?.id}"`));
      const foreign = await suite.current.inject({ url: `${url}?replyto=999999` });
      assert.match(foreign.body, /name="comment_parent" value="0"/);
    });

    test('does not take the same words twice', async () => {
      await send(formOf(entry, { comment: 'Said once' }));
      const again = await send(formOf(entry, { comment: 'Said once' }));
      assert.equal(again.statusCode, 422);
      assert.match(again.body, /You have said this already/);
      assert.equal((await send(formOf(entry, { comment: 'Said once', author: 'Grace' }))).statusCode, 303);
    });

    test('judges strangers: links wait, blocked words are spam, who is known is welcome', async () => {
      await settings({ moderation: 'none', maxLinks: 2, blockedWords: ['Casino'] });
      const judged = async (fields: Record<string, string>): Promise<string | undefined> => {
        assert.equal((await send(formOf(entry, fields))).statusCode, 303);
        return (await newest())?.status;
      };
      assert.equal(await judged({ comment: 'Plain' }), 'approved');
      assert.equal(
        await judged({ comment: 'See <a href="https://a.example">https://a.example</a>, http://b.example' }),
        'approved',
      );
      assert.equal(await judged({ comment: 'http://a.example http://b.example http://c.example' }), 'pending');
      assert.equal(await judged({ comment: 'Our cAsInO pays' }), 'spam');
      assert.equal(await judged({ comment: 'Harmless', url: 'https://casino.example' }), 'spam');
      await settings({ moderation: 'new' });
      assert.equal(await judged({ comment: 'New here', author: 'Bo', email: 'bo@example.net' }), 'pending');
      await comments().setStatus((await newest())?.id ?? 0, 'approved', SYSTEM);
      assert.equal(await judged({ comment: 'Here again', author: 'Bo', email: 'BO@example.net' }), 'approved');
      assert.equal(await judged({ comment: 'I am Bo', author: 'Not Bo', email: 'bo@example.net' }), 'pending');
      await settings({ moderation: 'all' });
      assert.equal(await judged({ comment: 'And again', author: 'Bo', email: 'bo@example.net' }), 'pending');
      await settings({ moderation: 'new', blockedWords: [] });
    });

    test('shows an approved comment at once, where it leads', async () => {
      await settings({ moderation: 'none' });
      await suite.current.inject({ url });
      const reply = await send(formOf(entry, { comment: 'Seen at once' }));
      const comment = await newest();
      assert.equal(reply.headers['location'], `${url}#comment-${comment?.id}`);
      assert.match((await suite.current.inject({ url })).body, new RegExp(`id="comment-${comment?.id}"`));
      await settings({ moderation: 'new' });
    });

    test('knows who is logged in by the token only', async () => {
      const subscriber = await suite.current.loginAs('subscriber');
      const page = await suite.current.inject({ url, headers: { cookie: subscriber.cookie } });
      assert.match(page.body, /You write as The subscriber\./);
      assert.match(page.body, /<input type="hidden" name="_token" value="[\w-]{64}">/);
      assert.doesNotMatch(page.body, /name="email"/);
      const { author: _, email: __, ...fields } = formOf(entry, { comment: 'By a subscriber' });
      assert.equal((await send(fields, { as: subscriber })).statusCode, 303);
      const own = await newest();
      assert.equal(own?.userId, subscriber.user.id);
      assert.equal(own?.authorName, 'The subscriber');
      assert.equal(own?.status, 'pending');
      assert.equal(
        (await send(formOf(entry, { comment: 'Who?' }), { as: subscriber, hasToken: false })).statusCode,
        303,
      );
      const anonymous = await newest();
      assert.equal(anonymous?.userId, null);
      assert.equal(anonymous?.authorName, 'Ada');
    });

    test('approves moderators at once, and gives visitors no token', async () => {
      const editor = await suite.current.loginAs('editor');
      await send(formOf(entry, { comment: 'By an editor http://a http://b http://c' }), { as: editor });
      assert.equal((await newest())?.status, 'approved');
      assert.doesNotMatch((await suite.current.inject({ url })).body, /_token/);
    });

    test('lets only who is logged in write where the site says so', async () => {
      await settings({ requireLogin: true });
      const before = await newest();
      assert.match((await suite.current.inject({ url })).body, /Log in to write a comment/);
      const reply = await send(formOf(entry, { comment: 'Nobody' }));
      assert.ok([303, 401].includes(reply.statusCode), String(reply.statusCode));
      assert.equal((await newest())?.id, before?.id);
      const subscriber = await suite.current.loginAs('subscriber');
      await send(formOf(entry, { comment: 'Somebody' }), { as: subscriber });
      assert.equal((await newest())?.userId, subscriber.user.id);
      await settings({ requireLogin: false });
    });

    test('is not for those who send it over and over', async () => {
      const remoteAddress = '203.0.113.5';
      const statuses: number[] = [];
      for (let count = 0; count < 11; count++)
        statuses.push((await send(formOf(entry, { comment: '' }), { remoteAddress })).statusCode);
      assert.deepEqual(statuses.slice(0, 10), Array(10).fill(422));
      assert.equal(statuses[10], 429);
    });

    test('lets no script through, in whatever field', async () => {
      await settings({ moderation: 'none', maxLinks: 100 });
      const poison = `"'><img src=x onerror=alert(1)><script>alert(2)</script>`;
      const content = `<p onclick="x()">Hi <a href="javascript:x()" style="x">here</a> <strong>you</strong></p>${poison}<iframe src="/"></iframe><form><input></form><!-- wp:html -->`;
      await send(formOf(entry, { author: poison, url: 'https://example.org/"onx=1', comment: content }));
      const rejected = await send(formOf(entry, { author: poison, url: poison, comment: '' }));
      assert.equal(rejected.statusCode, 422);
      await send(formOf(entry, { author: poison, comment: content }));
      const { body } = await suite.current.inject({ url });
      const stored = (await newest())?.content ?? '';
      assert.doesNotMatch(stored, /onclick|onerror|javascript:|style=|<script|<iframe|<form|<input|<!--|<img/);
      assert.match(stored, /<strong>you<\/strong>/);
      const shown = body.slice(body.indexOf('id="comments"'));
      for (const html of [shown, rejected.body.slice(rejected.body.indexOf('id="comments"'))])
        assert.doesNotMatch(html, /<img|<script>alert|<iframe|onerror=alert\(1\)>[^&]*<\/(?!textarea)|javascript:/);
      assert.match(shown, /&lt;img src/, 'the name is shown as text');
      await settings({ moderation: 'new', maxLinks: 2 });
    });
  });
});
