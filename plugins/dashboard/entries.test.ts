import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard'];
const TEXT = '<!-- wp:paragraph -->\n<p>Ink and paper.</p>\n<!-- /wp:paragraph -->';

forEachSite({ plugins: PLUGINS }, (suite) => {
  const site = () => suite.current.site;
  const browserOf = async (role: string): Promise<Browser> =>
    new Browser(() => suite.current, (await suite.current.loginAs(role)).cookie);
  let editor: Browser;
  before(async () => {
    editor = await browserOf('editor');
  });
  const idOf = (page: Page): number => Number(/\/(\d+)(?:$|\?|\/)/.exec(page.url)?.[1]);
  const write = (title: string, more: object = {}) =>
    site().entries.save({ type: 'post', title, content: TEXT, status: 'publish', ...more }, { viewer: SYSTEM });

  test('a post is written, kept as a draft, published and seen, without scripts', async () => {
    const form = await editor.get('/admin/content/post/new');
    const saved = await editor.submit(form, 'Save draft', {
      title: 'The <i>first</i> proof',
      content: TEXT,
      'tags.post_tag': 'ink, paper',
      'newTerms.category': 'Letters',
    });
    assert.match(saved.text, /Draft saved\. Visitors do not see it\./);
    const id = idOf(saved);
    assert.doesNotMatch((await new Browser(() => suite.current).get(`/?p=${id}`)).html, /Ink and paper/);
    assert.match(
      (await editor.get(`/admin/content/post/${id}/preview`)).html,
      /Ink and paper\./,
      'its preview is the page of the theme',
    );
    const published = await editor.submit(saved, 'Publish');
    assert.match(published.text, /Saved\. Visitors see it now\./);
    const entry = await site().entries.need(id);
    assert.equal(entry.content, TEXT, 'not a byte of the text was changed');
    const terms = (await site().terms.ofEntries([id]))
      .get(id)
      ?.map(({ name }) => name)
      .sort();
    assert.deepEqual(terms, ['Letters', 'ink', 'paper']);
    const page = await new Browser(() => suite.current).get(await site().services.use('front').urlOf(entry));
    assert.equal(page.status, 200);
    assert.match(page.html, /Ink and paper\./);
  });

  test('saving a form that nobody touched changes nothing but the version', async () => {
    const entry = await write('Untouched', {
      publishedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      excerpt: 'Short.',
      content: `a\r\nb\n${TEXT}`,
    });
    const page = await editor.submit(await editor.get(`/admin/content/post/${entry.id}`), 'Update');
    assert.equal(page.status, 200);
    const { version: _, modifiedAt: __, ...after } = await site().entries.need(entry.id);
    const { version: ___, modifiedAt: ____, ...same } = entry;
    assert.deepEqual(after, same);
  });

  test('what is dated in the future is scheduled, in the zone of the site', async () => {
    await site().options.set('timezone', 'America/New_York');
    const year = new Date().getUTCFullYear() + 1;
    const page = await editor.submit(await editor.get('/admin/content/post/new'), 'Publish', {
      title: 'Later',
      content: TEXT,
      date: `${year}-01-15T09:30`,
    });
    assert.match(page.text, new RegExp(`Scheduled: visitors see it on 15 January ${year}, 09:30`));
    const entry = await site().entries.need(idOf(page), SYSTEM);
    assert.deepEqual([entry.status, entry.publishedAt], ['future', Date.UTC(year, 0, 15, 14, 30)]);
    await site().options.set('timezone', 'UTC');
  });

  test('mistakes come back with all that was typed, and the summary leads to them', async () => {
    const form = await editor.get('/admin/content/post/new');
    const wrong = await editor.submit(form, 'Publish', {
      title: 'Kept',
      content: 'Kept too',
      date: 'next week',
      visibility: 'password',
    });
    assert.equal(wrong.status, 422);
    assert.match(wrong.html, /href="#f-date"/);
    assert.match(wrong.text, /Choose a password/);
    assert.match(wrong.html, /value="Kept"/);
    assert.match(wrong.html, />\s*Kept too<\/textarea>/);
    const right = await editor.submit(wrong, 'Publish', { date: '', password: 'open sesame' });
    const entry = await site().entries.need(idOf(right), SYSTEM);
    assert.deepEqual([entry.title, entry.password, entry.status], ['Kept', 'open sesame', 'publish']);
  });

  test('two people on one post: nothing is overwritten, and whatever one chooses nothing is lost', async () => {
    const entry = await write('Shared', { content: 'one\ntwo' });
    const other = await browserOf('editor');
    const url = `/admin/content/post/${entry.id}`;
    const [mine, theirs] = [await editor.get(url), await other.get(url)];
    await other.submit(theirs, 'Update', { content: 'one\ntheirs' });
    const conflict = await editor.submit(mine, 'Update', { content: 'one\nmine', title: 'Shared by me' });
    assert.equal(conflict.status, 409);
    assert.match(conflict.text, /Not saved yet\. The editor saved a newer version/);
    assert.match(conflict.text, /Take theirs two theirs.*Take mine two mine/);
    assert.equal((await site().entries.need(entry.id)).content, 'one\ntheirs', 'theirs is untouched');

    const draft = await editor.submit(conflict, 'Save mine as a new draft');
    assert.match(draft.text, /Draft saved/);
    assert.notEqual(idOf(draft), entry.id);
    assert.equal((await site().entries.need(idOf(draft), SYSTEM)).content, 'one\nmine');

    const undecided = await editor.submit(conflict, 'Save both together');
    assert.equal(undecided.status, 409);
    assert.match(undecided.text, /One choice is still to be made\./);
    const further = await editor.submit(conflict, 'Look over it first');
    assert.match(further.html, />\s*one\ntheirs\nmine<\/textarea>/, 'what is not decided has both');
    assert.equal((await site().entries.need(entry.id)).content, 'one\ntheirs');
    const kept = await editor.submit(further, 'Update', { content: 'one\nmine and more' });
    assert.match(kept.text, /Visitors see it now/);
    const revisions = await site().entries.revisions(entry.id, SYSTEM);
    assert.deepEqual(
      revisions.map(({ content }) => content),
      ['one\nmine and more', 'one\ntheirs', 'one\ntwo'],
    );

    const late = await editor.submit(conflict, 'Mine everywhere');
    assert.equal(late.status, 409, 'a conflict that is out of date is a conflict again');
    assert.match((await editor.submit(late, 'Mine everywhere')).text, /Visitors see it now/);
    const last = await site().entries.need(entry.id);
    assert.deepEqual([last.title, last.content], ['Shared by me', 'one\nmine']);
  });

  test('the trash says who deleted what, and what is gone for good stays in a list of its own', async () => {
    const { user, viewer } = await suite.current.loginAs('editor');
    const [mine, other] = [await write('Whose page'), await write('Whose other page')];
    await site().entries.trash(mine.id, { viewer });
    await site().entries.trash(other.id, { viewer: SYSTEM });
    const trash = await editor.get('/admin/content/post?status=trash');
    assert.match(trash.text, /Deleted by/);
    assert.ok(trash.text.includes(user.name));
    const narrowed = await editor.get(`/admin/content/post?status=trash&filter.deletedBy=${user.id}`);
    assert.match(narrowed.text, /Whose page/);
    assert.doesNotMatch(narrowed.text, /Whose other page/);
    await site().entries.remove(mine.id, { viewer: SYSTEM });
    assert.match(trash.html, /href="\/admin\/removed\?type(=|&#x3D;)post"/);
    const gone = await editor.get('/admin/removed?type=post&search=whose');
    assert.match(gone.text, /Whose page/);
    assert.match(gone.text, new RegExp(`The system\\s+${user.name} had moved it to the trash`));
    assert.match((await editor.get('/admin/removed?from=2001-01-01&until=2001-01-02')).text, /Nothing fits/);
    const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
    assert.match((await author.get('/admin/removed')).text, /Nothing was removed/);
    const reader = new Browser(() => suite.current, (await suite.current.loginAs('subscriber')).cookie);
    assert.equal((await reader.get('/admin/removed')).status, 403);
  });

  test('what goes to the trash comes back by one button, one by one and all together', async () => {
    const entries = [await write('Bin one'), await write('Bin two')];
    const list = await editor.get('/admin/content/post?search=Bin');
    const trashed = await editor.submit(list, 'Trash : Bin one');
    assert.match(trashed.url, /\?search=Bin/, 'back to the same list');
    assert.match(trashed.text, /“Bin one” is moved to the trash\./);
    assert.equal((await site().entries.need(entries[0]?.id ?? 0, SYSTEM)).status, 'trash');
    await editor.submit(trashed, 'Undo');
    assert.equal((await site().entries.need(entries[0]?.id ?? 0)).status, 'publish');
    const both = await editor.submit(await editor.get('/admin/content/post?search=Bin'), 'Apply', {
      action: 'trash',
      ids: entries.map(({ id }) => String(id)),
    });
    assert.match(both.text, /2 posts are moved to the trash\./);
    const restored = await editor.submit(both, 'Undo');
    assert.match(restored.text, /2 posts are restored/);
    assert.deepEqual(
      (await Promise.all(entries.map(({ id }) => site().entries.need(id)))).map(({ status }) => status),
      ['publish', 'publish'],
    );
  });

  test('where others lose something with an entry, it is asked about before it leaves visitors', async () => {
    const { id } = await write('Needed');
    const stop = site().hooks.addCollector('entries:leaving', ({ ids }) =>
      ids.includes(id) ? [{ text: 'A clock stops:', things: ['Tower clock'] }] : [],
    );
    const list = await editor.get('/admin/content/post?search=Needed');
    const asked = await editor.submit(list, 'Trash : Needed');
    assert.match(asked.text, /Move “Needed” to the trash\? A clock stops: Tower clock Move to the trash/);
    const ids = [String(id)];
    const draft = await editor.submit(list, 'Apply', { action: 'draft', ids });
    assert.match(draft.text, /Make a draft of “Needed”\? A clock stops: /);
    assert.equal((await site().entries.need(id)).status, 'publish');
    const done = await editor.submit(draft, 'Make a draft');
    assert.match(done.url, /\?search=Needed/, 'back to the same list');
    assert.equal((await site().entries.need(id, SYSTEM)).status, 'draft');
    const all = await suite.current.inject({
      url: '/admin/content/post/ids?search=Needed',
      headers: { cookie: [...editor.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    assert.equal(JSON.parse(all.payload).warning, 'A clock stops:');
    stop();
  });

  test('deleting for good asks first and says what goes', async () => {
    const entries = [await write('Gone one', { status: 'trash' }), await write('Gone two', { status: 'trash' })];
    const ids = entries.map(({ id }) => String(id));
    const asked = await editor.submit(await editor.get('/admin/content/post?status=trash'), 'Apply', {
      action: 'delete',
      ids,
    });
    assert.match(asked.text, /Delete 2 posts\?.*cannot be undone.*Gone one/);
    assert.equal((await site().entries.getMany(ids.map(Number), SYSTEM)).size, 2);
    await editor.submit(asked, 'Delete 2 posts for good');
    assert.equal((await site().entries.getMany(ids.map(Number), SYSTEM)).size, 0);
  });

  test('what one may not write is named when it is taken out', async () => {
    const author = await browserOf('author');
    const content = `<!-- wp:paragraph -->\n<p onclick="x()">Calm<script>y()</script></p>\n<!-- /wp:paragraph -->`;
    const saved = await author.submit(await author.get('/admin/content/post/new'), 'Save draft', {
      title: 'Too much',
      content,
    });
    assert.match(
      saved.text,
      /Draft saved\. Visitors do not see it\. Taken out, because your role may not use it: (<p onclick>, <script>|<script>, <p onclick>)\./,
    );
  });

  test('an author sees and changes his own, hands nothing out in another’s name, and a contributor hands in', async () => {
    const foreign = await write('Foreign draft', { status: 'draft' });
    const author = await browserOf('author');
    assert.doesNotMatch((await author.get('/admin/content/post')).text, /Foreign draft/);
    assert.equal((await author.get(`/admin/content/post/${foreign.id}`)).status, 404, 'nobody learns that it is there');
    const published = await write('Foreign and out');
    assert.equal((await author.get(`/admin/content/post/${published.id}`)).status, 403);
    assert.equal((await author.get('/admin/content/page')).status, 403);
    const contributor = await browserOf('contributor');
    const form = await contributor.get('/admin/content/post/new');
    assert.doesNotMatch(form.html, />Publish<\/button>|name="authorId"|name="sticky"/);
    const handed = await contributor.submit(form, 'Hand in for review', { title: 'For review', content: TEXT });
    assert.match(handed.text, /Handed in\. An editor publishes it\./);
    const forged = await contributor.post(`/admin/content/post/${idOf(handed)}`, {
      _token: /name="_token" value="([^"]+)"/.exec(handed.html)?.[1] ?? '',
      press: 'publish',
      version: '1',
      title: 'For review',
      content: TEXT,
    });
    assert.equal(forged.status, 403);
    assert.equal((await site().entries.need(idOf(handed), SYSTEM)).status, 'pending');
  });

  test('a long list goes on by key in both directions, sorted as asked', async () => {
    await Promise.all(Array.from({ length: 64 }, (_, index) => write(`Many ${String(index).padStart(3, '0')}`)));
    const titles = (page: Page): string[] =>
      [...page.html.matchAll(/cell-link"[^>]*>(Many \d+)</g)].map((match) => match[1] ?? '');
    const link = (page: Page, wanted: string): string => linksOf(page).find(({ rel }) => rel === wanted)?.href ?? '';
    const first = await editor.get('/admin/content/post?search=Many&sort=title');
    assert.deepEqual([titles(first)[0], titles(first).length, link(first, 'prev')], ['Many 000', 30, '']);
    const second = await editor.get(link(first, 'next'));
    const third = await editor.get(link(second, 'next'));
    assert.deepEqual([titles(third).length, link(third, 'next')], [4, '']);
    assert.deepEqual(titles(await editor.get(link(third, 'prev'))), titles(second));
    const turned = await editor.get('/admin/content/post?search=Many&sort=title&direction=desc');
    assert.equal(titles(turned)[0], 'Many 063');
    assert.equal(
      (await editor.get('/admin/content/post?search=nothing-like-this')).text.includes('Nothing fits'),
      true,
    );
  });
});
