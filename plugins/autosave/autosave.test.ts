import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { LoggedIn } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { AutosaveStore } from './autosave-store.ts';
import { EditLocks, LOCK_MS } from './edit-locks.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard', 'autosave'];

forEachSite({ plugins: PLUGINS }, (suite) => {
  const site = () => suite.current.site;
  let [ada, ben]: LoggedIn[] = [];
  before(async () => {
    ada = await suite.current.loginAs('editor');
    ben = await suite.current.loginAs('editor');
  });
  const api = async (who: LoggedIn | undefined, url: string, payload: object) => {
    const headers = {
      cookie: who?.cookie ?? '',
      'x-csrf-token': who?.token ?? '',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const reply = await suite.current.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) });
    return { status: reply.statusCode, body: JSON.parse(reply.payload || '{}') as Record<string, unknown> };
  };
  const browser = (who: LoggedIn | undefined): Browser => new Browser(() => suite.current, who?.cookie);
  const write = (title: string) =>
    site().entries.save({ type: 'post', title, content: 'stored', status: 'publish' }, { viewer: SYSTEM });
  const kept = (entryId: number | null, more: object = {}) => ({
    entryId,
    type: 'post',
    key: randomUUID(),
    holder: randomUUID(),
    version: 1,
    form: { title: ['Typed'], content: ['typed and not saved'], password: ['secret'], _token: ['x'] },
    ...more,
  });
  const hold = (who: LoggedIn | undefined, id: number, holder: string, want: string) =>
    api(who, `/admin/api/edit-locks/${id}`, { holder, want });

  test('what is typed goes to a row of its own; the entry, its version and all lists stay as they are', async () => {
    const entry = await write('Untouched by autosave');
    const before = await site().entries.need(entry.id);
    assert.equal((await api(ada, '/admin/api/autosaves', kept(entry.id))).status, 200);
    assert.deepEqual(await site().entries.need(entry.id), before);
    const row = await new AutosaveStore(site()).find(`entry:${entry.id}`, ada?.user.id ?? 0);
    assert.deepEqual(row?.form, { title: ['Typed'], content: ['typed and not saved'] }, 'no password, no token');
    const total = await site().entries.total('post', 'draft');
    assert.equal((await api(ada, '/admin/api/autosaves', kept(null))).status, 200);
    assert.equal(await site().entries.total('post', 'draft'), total, 'nothing half-made in the lists');
  });

  test('a later text of the same person takes the place of the earlier one', async () => {
    const entry = await write('Twice');
    await api(ada, '/admin/api/autosaves', kept(entry.id));
    await api(ada, '/admin/api/autosaves', kept(entry.id, { form: { title: ['Second'] } }));
    const rows = await site().database.read('autosaves').where({ entry_id: entry.id });
    assert.equal(rows.length, 1);
    assert.match(String((rows[0] as { form: string }).form), /Second/);
  });

  test('only who may edit the entry may keep text for it; wrong shapes are refused', async () => {
    const entry = await write('Foreign');
    const author = await suite.current.loginAs('author');
    assert.equal((await api(author, '/admin/api/autosaves', kept(entry.id))).status, 403);
    assert.equal((await api(author, '/admin/api/autosaves', kept(null, { type: 'page' }))).status, 403);
    assert.equal((await api(undefined, '/admin/api/autosaves', kept(entry.id))).status, 401);
    assert.equal((await api(ada, '/admin/api/autosaves', kept(999_999))).status, 404);
    for (const wrong of [{ form: { a: 'x' } }, { holder: 'x' }, { more: 1 }, { version: -1 }, { type: 3 }])
      assert.equal((await api(ada, '/admin/api/autosaves', kept(entry.id, wrong))).status, 400, JSON.stringify(wrong));
  });

  test('opening the form offers what is kept: restored, compared, discarded and taken back, without scripts', async () => {
    const entry = await write('Offered');
    await api(ada, '/admin/api/autosaves', kept(entry.id));
    const page = browser(ada);
    const url = `/admin/content/post/${entry.id}`;
    const form = await page.get(url);
    assert.match(form.text, /You have text from a moment ago that was not saved\./);
    const id = Number(/\/admin\/autosaves\/(\d+)/.exec(form.html)?.[1]);
    const compared = await page.get(`/admin/autosaves/${id}`);
    assert.match(compared.html, /<del>stored<\/del>/);
    assert.match(compared.html, /<ins>typed and not saved<\/ins>/);
    const discarded = await page.submit(form, 'Discard');
    assert.match(discarded.text, /The text is discarded\./);
    assert.doesNotMatch(discarded.text, /was not saved/);
    const back = await page.submit(discarded, 'Undo');
    assert.match(back.text, /was not saved/);
    const foreign = await browser(ben).get(`${url}?restore=${id}`);
    assert.match(foreign.text, /Nothing is kept under this number any more\./);
    assert.match(foreign.html, />\s*stored<\/textarea>/, 'the form opens all the same');
    const restored = await page.get(`${url}?restore=${id}`);
    assert.match(restored.html, />\s*typed and not saved<\/textarea>/);
    assert.equal((await site().entries.need(entry.id)).content, 'stored', 'restoring is not saving');
    const saved = await page.submit(restored, 'Update');
    assert.equal((await site().entries.need(entry.id)).content, 'typed and not saved');
    assert.doesNotMatch(saved.text, /that was not saved/, 'after a save nothing is kept any more');
  });

  test('what was begun and never saved is offered where new ones are begun, and saved as one entry', async () => {
    await api(
      ben,
      '/admin/api/autosaves',
      kept(null, { version: 0, form: { title: ['Begun'], content: ['first words'] } }),
    );
    const page = browser(ben);
    const form = await page.get('/admin/content/post/new');
    assert.match(form.text, /You began “Begun” a moment ago and did not save it\./);
    const id = Number(/\/admin\/autosaves\/(\d+)/.exec(form.html)?.[1]);
    const restored = await page.get(`/admin/content/post/new?restore=${id}`);
    const saved = await page.submit(restored, 'Save draft');
    assert.match(saved.html, />\s*first words<\/textarea>/);
    assert.doesNotMatch((await page.get('/admin/content/post/new')).text, /You began/);
  });

  test('what a form sends late, after its text was saved, is not taken', async () => {
    const entry = await write('Late');
    const store = new AutosaveStore(site());
    const draft = { ...kept(entry.id), subject: `entry:${entry.id}`, userId: 1, baseVersion: 1 };
    const { subject, holder } = draft;
    await store.write(draft);
    await store.finish({ subject, userId: 1, holder, entry });
    await store.write(draft);
    assert.equal((await store.find(subject, 1))?.state, 'saved');
    assert.deepEqual(await store.finished(1, entry.id), [holder]);
    await store.write({ ...draft, holder: randomUUID() });
    assert.equal((await store.find(subject, 1))?.state, 'open', 'another form begins anew');
    await store.prune(Date.now() + 2 * 24 * 3600_000);
    assert.equal((await store.find(subject, 1))?.state, 'open', 'what is not saved stays');
    await store.prune(Date.now() + 100 * 24 * 3600_000);
    assert.equal(await store.find(subject, 1), undefined);
  });

  test('one holds an entry, the next sees who, takes over, and the first one’s text stays for both', async () => {
    const entry = await write('Held');
    const [first, second] = [randomUUID(), randomUUID()];
    assert.equal((await hold(ada, entry.id, first, 'open')).body['state'], 'mine');
    const other = (await hold(ben, entry.id, second, 'open')).body;
    assert.deepEqual([other['state'], other['name'], other['isSelf']], ['other', ada?.user.name, false]);
    assert.match((await browser(ben).get(`/admin/content/post/${entry.id}`)).text, /The editor is editing this\./);
    assert.match((await browser(ben).get('/admin/content/post?search=Held')).text, /The editor is editing/);
    await api(ada, '/admin/api/autosaves', kept(entry.id, { holder: first }));
    const row = await new AutosaveStore(site()).find(`entry:${entry.id}`, ada?.user.id ?? 0);
    assert.equal((await browser(ben).get(`/admin/autosaves/${row?.id}`)).status, 404, 'before he took over');
    const taken = (await hold(ben, entry.id, second, 'take')).body;
    assert.equal(taken['state'], 'mine');
    assert.equal((taken['left'] as { id: number }).id, row?.id);
    assert.equal((await hold(ada, entry.id, first, 'beat')).body['state'], 'other');
    assert.match((await browser(ben).get(`/admin/autosaves/${row?.id}`)).html, /<ins>typed and not saved<\/ins>/);
    const form = await browser(ben).get(`/admin/content/post/${entry.id}?restore=${row?.id}`);
    assert.match(form.html, />\s*typed and not saved<\/textarea>/);
    await hold(ben, entry.id, second, 'leave');
    assert.equal(
      (await browser(ben).get(`/admin/autosaves/${row?.id}`)).status,
      404,
      'when he does not hold it any more',
    );
    assert.equal((await hold(ada, entry.id, first, 'look')).body['state'], 'free');
  });

  test('without scripts one button takes over', async () => {
    const entry = await write('Taken by a form');
    await hold(ada, entry.id, randomUUID(), 'open');
    const page = browser(ben);
    const form = await page.submit(await page.get(`/admin/content/post/${entry.id}`), 'Take over');
    assert.match(form.text, /You are editing this now\./);
    assert.equal((await new EditLocks(site()).of(entry.id))?.userId, ben?.user.id);
  });

  test('of many who open an entry at once one holds it; who gives no sign of life is gone', async () => {
    const entry = await write('Crowd');
    const locks = new EditLocks(site());
    const claims = Array.from({ length: 8 }, (_, index) => ({
      entryId: entry.id,
      userId: 1000 + index,
      holder: randomUUID(),
    }));
    const seen = await Promise.all(claims.map((claim) => locks.open(claim)));
    assert.equal(new Set(seen.map((lock) => lock?.userId)).size, 1, 'all see the same one');
    const winner = claims.find(({ userId }) => userId === seen[0]?.userId);
    const next = claims.find((claim) => claim !== winner);
    assert.ok(winner && next);
    assert.equal((await locks.open(next))?.userId, winner.userId);
    assert.equal((await locks.open(next, Date.now() + LOCK_MS + 1000))?.userId, next.userId);
    assert.equal(await locks.renew(winner), false, 'who comes back finds it taken');
  });

  test('the text of another is cleaned as his own before it is put into a form', async () => {
    const entry = await write('Cleaned');
    const root = await suite.current.loginAs('administrator');
    const form = { title: ['x'], content: ['<p>fine</p><script>alert(1)</script>'] };
    await hold(ada, entry.id, randomUUID(), 'open');
    await api(ada, '/admin/api/autosaves', kept(entry.id, { form }));
    await hold(root, entry.id, randomUUID(), 'take');
    const row = await new AutosaveStore(site()).find(`entry:${entry.id}`, ada?.user.id ?? 0);
    const page = await browser(root).get(`/admin/content/post/${entry.id}?restore=${row?.id}`);
    assert.match(page.html, /&lt;p&gt;fine/);
    assert.doesNotMatch(page.html, /alert\(1\)/);
  });

  test('a new token comes with the session, and an entry that is removed takes all with it', async () => {
    const entry = await write('Removed');
    await api(ada, '/admin/api/autosaves', kept(entry.id));
    await hold(ada, entry.id, randomUUID(), 'open');
    await site().entries.remove(entry.id, { viewer: SYSTEM });
    assert.equal((await site().database.read('autosaves').where({ entry_id: entry.id })).length, 0);
    const [begun] = await new AutosaveStore(site()).begun(ada?.user.id ?? 0, 'post', 1);
    assert.deepEqual(begun?.form['content'], ['typed and not saved'], 'but not what somebody else was typing');
    const own = await write('Removed by who typed');
    await api(ada, '/admin/api/autosaves', kept(own.id));
    await site().entries.remove(own.id, { viewer: ada?.viewer ?? SYSTEM });
    assert.equal((await new AutosaveStore(site()).begun(ada?.user.id ?? 0, 'post', 1))[0]?.id, begun?.id);
    assert.equal(await new EditLocks(site()).of(entry.id), undefined);
    const headers = { cookie: ada?.cookie ?? '', accept: 'application/json', 'sec-fetch-site': 'same-origin' };
    const reply = await suite.current.inject({ url: '/admin/api/session', headers });
    const { userId, token } = JSON.parse(reply.payload) as { userId: number; token: string };
    assert.equal(userId, ada?.user.id);
    const again = await api({ ...(ada as LoggedIn), token }, '/admin/api/autosaves', kept(null));
    assert.equal(again.status, 200);
  });
});
