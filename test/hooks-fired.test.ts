// What hooks promise that no test beside their code states.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, GalleyError, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from '../core/testing.ts';

describe('Hooks', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
    await current.site.options.set('comments_flood', 0); // The same visitor writes again and again.
  });
  after(() => current.stop());

  const publish = (title: string) =>
    current.site.entries.save({ type: 'post', status: 'publish', title }, { viewer: SYSTEM });
  const comment = (entryId: number, content: string) =>
    current.site.services
      .use('comments')
      .add({ entryId, content, authorName: 'Guest', authorEmail: 'guest@example.net' }, { viewer: ANONYMOUS });

  test('comment:saving changes or refuses a comment, comment:saved tells of it', async () => {
    const { hooks } = current.site;
    const entry = await publish('Commented');
    const told: string[] = [];
    const remove = [
      hooks.addFilter('comment:saving', (draft, { previous }) => {
        if (draft.content.includes('refuse')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Not here.');
        return { ...draft, content: previous ? draft.content : `${draft.content}<p>(checked)</p>` };
      }),
      hooks.addAction('comment:saved', (event) => {
        told.push(`${event.previous?.status ?? 'new'} → ${event.comment.status}`);
      }),
    ];
    const added = await comment(entry.id, 'Hello');
    assert.match(added.content, /\(checked\)/);
    await assert.rejects(comment(entry.id, 'please refuse'), { code: 'GALLEY_PERMISSION_DENIED' });
    await current.site.services.use('comments').setStatus(added.id, 'approved', SYSTEM);
    for (const each of remove) each();
    assert.deepEqual(told, ['new → pending', 'pending → approved']);
  });

  test('thing:written tells inside the transaction what is written, so that both are kept or neither', async () => {
    const { site } = current;
    const told: string[] = [];
    let isRefused = false;
    const remove = site.hooks.addFilter('thing:written', (things, kind) => {
      told.push(...things.map(({ version, previous = 0 }) => `${kind} ${previous} → ${version}`));
      if (isRefused) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Nothing can be written down.');
      return things;
    });
    const above = await site.entries.save({ type: 'page', title: 'Above', status: 'publish' }, { viewer: SYSTEM });
    await site.entries.save({ type: 'page', title: 'Below', parentId: above.id }, { viewer: SYSTEM });
    await site.entries.save({ id: above.id, slug: 'higher' }, { viewer: SYSTEM });
    await comment(above.id, 'Told');
    await site.terms.save({ taxonomy: 'category', name: 'Told' }, { viewer: SYSTEM });
    const { id } = await site.users.create({ login: 'told' }, SYSTEM);
    await site.users.setRoles(id, ['author'], SYSTEM);
    assert.deepEqual(told, [
      'entry 0 → 1',
      'entry 0 → 1',
      'entry 1 → 2',
      'entry 1 → 2',
      'comment 0 → 1',
      'term 0 → 1',
      'user 0 → 1',
      'user 1 → 2',
    ]);
    isRefused = true;
    await assert.rejects(publish('Never there'), { code: 'GALLEY_PERMISSION_DENIED' });
    remove();
    const { items } = await site.entries.find({ type: 'post', title: 'Never there' }, SYSTEM);
    assert.deepEqual(items, []);
  });

  test('comments:presenting gets the comments of a page all at once', async () => {
    const entry = await publish('Discussed');
    const { id } = await comment(entry.id, 'First');
    await current.site.services.use('comments').setStatus(id, 'approved', SYSTEM);
    const remove = current.site.hooks.addFilter('comments:presenting', (items) =>
      items.map((item) => ({ ...item, author: { ...item.author, name: 'Renamed guest' } })),
    );
    const { pathname } = new URL(await current.site.services.use('front').urlOf(entry), 'http://localhost');
    const reply = await current.inject({ url: pathname });
    remove();
    assert.match(reply.body, /Renamed guest/);
  });

  test('entry:removing may refuse, inside the transaction; entry:removed tells that an entry is gone', async () => {
    const { site } = current;
    const entry = await publish('Removed');
    const gone: number[] = [];
    const told = site.hooks.addAction('entry:removed', (event) => {
      gone.push(event.entry.id);
    });
    const refuse = site.hooks.addFilter('entry:removing', () => {
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'It is needed.');
    });
    await assert.rejects(site.entries.remove(entry.id, { viewer: SYSTEM }), { code: 'GALLEY_PERMISSION_DENIED' });
    assert.equal((await site.entries.get(entry.id))?.title, 'Removed');
    refuse();
    await site.entries.remove(entry.id, { viewer: SYSTEM });
    told();
    assert.deepEqual(gone, [entry.id]);
    assert.equal(await site.entries.get(entry.id), undefined);
  });

  test('term:saving changes a term, term:saved and term:removed tell of it', async () => {
    const { site } = current;
    const told: string[] = [];
    const remove = [
      site.hooks.addFilter('term:saving', (draft) => ({ ...draft, name: draft.name?.trim().toUpperCase() })),
      site.hooks.addAction('term:saved', ({ term }) => void told.push(`saved ${term.name}`)),
      site.hooks.addAction('term:removed', ({ term }) => void told.push(`removed ${term.name}`)),
    ];
    const term = await site.terms.save({ taxonomy: 'category', name: 'loud' }, { viewer: SYSTEM });
    await site.terms.remove(term.id, { viewer: SYSTEM });
    for (const each of remove) each();
    assert.deepEqual(told, ['saved LOUD', 'removed LOUD']);
  });

  test('search:querying lets another engine answer', async () => {
    const entry = await publish('Elsewhere');
    const remove = current.site.hooks.addResponder('search:querying', ({ query }) =>
      query === 'outside' ? { entries: [entry], total: 1, isCapped: false, words: ['elsewhere'] } : undefined,
    );
    const reply = await current.inject({ url: '/?s=outside' });
    remove();
    assert.match(reply.body, /<mark>Elsewhere<\/mark>/);
    assert.doesNotMatch((await current.inject({ url: '/?s=nothing+outside' })).body, /<mark>Elsewhere/);
  });

  test('site:installing fires on the first start only', async (t) => {
    assert.equal(current.site.hooks.didAction('site:installing'), 1);
    const again = await startTestSite({ contentDir: current.contentDir });
    t.after(() => again.stop());
    assert.equal(again.site.hooks.didAction('site:installing'), 0);
    assert.equal(again.site.hooks.didAction('site:ready'), 1);
  });

  test('site:stopping fires once, while the store can still be written', async () => {
    const stopping = await startTestSite({ plugins: ['posts'] });
    const wrote: boolean[] = [];
    stopping.site.hooks.addAction('site:stopping', async () => {
      await stopping.site.options.set('tagline', 'The last word');
      wrote.push(true);
    });
    await stopping.stop();
    assert.deepEqual(wrote, [true]);
  });

  test('password-reset:requested asks whoever sends mail for a link; the page says the same for everybody', async () => {
    const { user } = await current.loginAs('author');
    const asked: (string | null)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const remove = current.site.hooks.addAction('password-reset:requested', ({ user: wanted }) => {
      asked.push(wanted?.login ?? null);
      if (asked.length === 2) resolve();
    });
    const ask = (login: string) =>
      current.inject({
        method: 'POST',
        url: '/admin/forgot',
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        payload: `login=${encodeURIComponent(login)}`,
      });
    const unknown = await ask('nobody@example.org');
    const known = await ask(user.email);
    await promise;
    remove();
    assert.equal(known.body, unknown.body);
    assert.deepEqual(asked.sort(), [user.login, null]);
    const { token } = await current.site.passwordResets.start(user.id, SYSTEM);
    const form = await current.inject({ url: `/admin/reset?token=${token}` });
    assert.equal(form.statusCode, 200);
    assert.match(form.body, /name="password"/);
  });

  test('admin:menu, admin:bar, admin:notices and admin:dashboard add to the screens of those who may see it', async () => {
    const { hooks } = current.site;
    const weather = { label: 'Weather station', path: '/weather', group: 'system', icon: 'cloud' } as const;
    const remove = [
      hooks.addFilter('admin:menu', (items, { viewer }) =>
        viewer.can('manage_options') ? [...items, weather] : items,
      ),
      hooks.addCollector('admin:bar', ({ path }) => ({ label: 'Anemometer', url: `${path}?wind`, icon: 'cloud' })),
      hooks.addCollector('admin:notices', ({ path }) => ({ kind: 'warning' as const, text: `Storm over ${path}` })),
      hooks.addCollector('admin:dashboard', () => [{ id: 'barometer', title: 'Barometer', text: 'Falling' }]),
    ];
    const administrator = await current.loginAs('administrator');
    const reader = await current.loginAs('subscriber');
    const page = (await current.inject({ url: '/admin', headers: { cookie: administrator.cookie } })).body;
    for (const words of ['Weather station', 'Storm over /admin', 'Barometer', 'Anemometer'])
      assert.ok(page.includes(words), words);
    const less = (await current.inject({ url: '/admin', headers: { cookie: reader.cookie } })).body;
    for (const each of remove) each();
    assert.doesNotMatch(less, /Weather station/);
    assert.match(less, /Storm over/);
  });
});
