import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { findBlock, quoteOf } from './note.ts';
import { Notes } from './notes.ts';

const DENIED = { code: 'GALLEY_PERMISSION_DENIED' };
const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;

forEachSite({ plugins: ['posts', 'blocks', 'users', 'comments', 'dashboard', 'workflow'] }, (suite) => {
  const notes = () => new Notes(suite.current.site);
  const draftOf = (authorId: number): Promise<Entry> =>
    suite.current.site.entries.save(
      { type: 'post', title: 'Noted', content: [paragraph('One.'), paragraph('Two words.')].join('\n\n'), authorId },
      { viewer: SYSTEM },
    );
  const browserOf = async (role: string) => {
    const login = await suite.current.loginAs(role);
    return { ...login, browser: new Browser(() => suite.current, login.cookie) };
  };
  const rename = async (id: number, name: string) => {
    const { users } = suite.current.site;
    const user = await users.find(id);
    await users.update(id, { name }, { by: SYSTEM, version: user?.version });
  };

  test('a note is written, answered, closed and opened again, without a script', async () => {
    const author = await browserOf('author');
    const editor = await browserOf('editor');
    const entry = await draftOf(author.user.id);
    const url = `/admin/workflow/notes/${entry.id}`;
    const added = await editor.browser.submit(await editor.browser.get(url), 'Add the note', {
      body: 'Is this <b>true</b>?',
      place: 'title',
    });
    assert.match(added.html, /Is this &lt;b&gt;true&lt;\/b&gt;\?/);
    assert.match((await author.browser.get(`/admin/content/post/${entry.id}`)).text, /Notes \(1\).*Title Is this/);
    const [note] = await notes().list(entry, author.viewer);
    const page = await author.browser.get(url);
    const answered = await author.browser.submit(page, 'Send the answer', { [`answer.${note?.id}`]: 'It is.' });
    assert.match(answered.text, /It is\./);
    const closed = await editor.browser.submit(await editor.browser.get(url), 'Close the note');
    assert.match(closed.text, /closed by/);
    assert.doesNotMatch((await author.browser.get(`/admin/content/post/${entry.id}`)).text, /Notes \(1\)/);
    assert.match((await editor.browser.submit(closed, 'Open again')).text, /Close the note/);
    assert.equal((await editor.browser.post(url, { _token: editor.token, do: 'add', body: ' ' })).status, 400);
  });

  test('a note is answered where it stands in the form, by script and without', async () => {
    const author = await browserOf('author');
    const entry = await draftOf(author.user.id);
    const note = await notes().add(entry, { body: 'Really?' }, author.viewer);
    const form = await author.browser.get(`/admin/content/post/${entry.id}`);
    const back = await author.browser.submit(form, 'Send the answer', { [`answer.${note.id}`]: 'Yes, really.' });
    assert.equal(back.url, `/admin/content/post/${entry.id}`);
    assert.match(back.text, /Really\?.*Yes, really\./);
    const reply = await suite.current.inject({
      method: 'POST',
      url: `/admin/api/workflow/notes/${entry.id}`,
      headers: { cookie: author.cookie, 'x-csrf-token': author.token, 'sec-fetch-site': 'same-origin' },
      payload: { body: 'By script.', threadId: note.id },
    });
    assert.equal(reply.statusCode, 201);
    const all = await notes().list(entry, author.viewer);
    assert.deepEqual(
      all.map(({ body, threadId }) => [body, threadId]),
      [
        ['Really?', null],
        ['Yes, really.', note.id],
        ['By script.', note.id],
      ],
    );
  });

  test('who is mentioned finds it on the first screen and in the menu, until he has seen it', async () => {
    const author = await browserOf('author');
    const editor = await browserOf('editor');
    await rename(author.user.id, 'Ada');
    const other = await browserOf('author');
    await rename(other.user.id, 'Ada Lovelace');
    const entry = await draftOf(author.user.id);
    await notes().add(entry, { body: 'Please look, @Ada, and you too @Ada Lovelace. mail@Adam' }, editor.viewer);
    const home = await author.browser.get('/admin');
    assert.match(home.text, /Noted.*Please look, @Ada.*You are mentioned/);
    assert.match(home.text, /Mentions 1/);
    assert.deepEqual(await notes().mentions(other.viewer), [], 'who may not edit it is not mentioned');
    assert.match((await author.browser.get('/admin/workflow/mentions')).text, /Noted New/);
    await author.browser.get(`/admin/workflow/notes/${entry.id}`);
    assert.doesNotMatch((await author.browser.get('/admin')).text, /You are mentioned/);
    assert.match((await author.browser.get('/admin/workflow/mentions')).text, /Please look/);
  });

  test('notes of an entry that one may not edit are not shown, found, answered or closed', async () => {
    const author = await browserOf('author');
    const editor = await browserOf('editor');
    const entry = await draftOf(author.user.id);
    const note = await notes().add(entry, { body: 'secret remark @The author' }, editor.viewer);
    for (const role of ['subscriber', 'contributor', 'author']) {
      const { viewer, browser, token } = await browserOf(role);
      await assert.rejects(notes().list(entry, viewer), DENIED, role);
      await assert.rejects(notes().add(entry, { body: 'x' }, viewer), DENIED, role);
      await assert.rejects(notes().resolve(entry, note.id, true, viewer), DENIED, role);
      await assert.rejects(notes().mentionable(entry, viewer), DENIED, role);
      const page = await browser.get(`/admin/workflow/notes/${entry.id}`);
      assert.ok([403, 404].includes(page.status), role);
      assert.doesNotMatch(page.text, /secret remark/);
      assert.ok(
        [403, 404].includes(
          (await browser.post(`/admin/workflow/notes/${entry.id}`, { _token: token, do: 'add', body: 'x' })).status,
        ),
      );
      for (const place of ['/admin', '/admin/workflow/mentions'])
        assert.doesNotMatch((await browser.get(place)).text, /secret remark/, `${role} ${place}`);
      const posted = await suite.current.inject({
        method: 'POST',
        url: `/admin/api/workflow/notes/${entry.id}`,
        headers: {
          cookie: (await suite.current.loginAs(role)).cookie,
          'content-type': 'application/json',
          'x-csrf-token': token,
        },
        payload: JSON.stringify({ body: 'x' }),
      });
      assert.ok([403, 404].includes(posted.statusCode), role);
    }
    // A right that is lost takes the mentions along.
    await suite.current.site.entries.save({ id: entry.id, authorId: editor.user.id }, { viewer: SYSTEM });
    assert.deepEqual(await notes().mentions(author.viewer), []);
    const other = await draftOf(editor.user.id);
    await notes().resolve(other, note.id, true, editor.viewer);
    assert.equal(
      (await notes().list(entry, editor.viewer))[0]?.resolvedAt,
      null,
      'a note is closed by way of its own entry only',
    );
    await assert.rejects(notes().add(other, { body: 'x', threadId: note.id }, editor.viewer), {
      code: 'GALLEY_INPUT_INVALID',
    });
    await suite.current.site.entries.remove(entry.id, { viewer: SYSTEM });
    assert.equal((await suite.current.site.database.read('workflow_notes').where({ entry_id: entry.id })).length, 0);
  });

  test('the people who can be mentioned are those who may edit the entry, and only their names leave the server', async () => {
    const author = await browserOf('author');
    const entry = await draftOf(author.user.id);
    await browserOf('subscriber');
    const page = await author.browser.get(`/admin/content/post/${entry.id}`);
    const [, text = '{}'] = /id="data-notes">(.*?)<\/script>/.exec(page.html) ?? [];
    assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['people', 'url']);
    assert.doesNotMatch(text, /@example|subscriber/i);
    assert.doesNotMatch(text, new RegExp(author.user.login));
  });
});

describe('the block of a note', () => {
  const blocks = ['One.', 'Two words here.', 'Three.', 'Two words here.'];
  const anchor = (place: number, quote: string) => ({ kind: 'block', place: String(place), quote }) as const;

  test('is found by its words after it has moved, the nearest of several', () => {
    assert.equal(findBlock(blocks, anchor(0, 'Three.')), 2);
    assert.equal(findBlock(blocks, anchor(3, 'Two words here.')), 3);
    assert.equal(findBlock(blocks, anchor(0, 'Two words here.')), 1);
  });

  test('is found at its place after it was edited, and gone when nothing of it is left', () => {
    assert.equal(findBlock(blocks, anchor(1, 'Two words there.')), 1);
    assert.equal(findBlock(blocks, anchor(2, 'Something else entirely')), undefined);
    assert.equal(findBlock(blocks, anchor(9, 'Gone')), undefined);
  });

  test('is known by its plain words', () => {
    assert.equal(quoteOf(paragraph('A <strong>bold</strong>\n  word.')), 'A bold word.');
    assert.equal(quoteOf(paragraph('Fish &amp; chips &lt;3')), 'Fish & chips <3');
  });
});
