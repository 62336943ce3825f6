import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

/** Breaks out of text, attributes, textareas, scripts and templates, wherever it is not escaped. */
const POISON = `"'></textarea></title></script><img src=x onerror=alert(1)>{{7*7}}`;
const LOOSE = /<img src=x onerror|49"'|[^&]"'><\/textarea>/;

let current: TestSite;
let administrator: Browser;
const ids: Record<string, number> = {};

before(async () => {
  current = await startTestSite();
  const { site } = current;
  site.types.register('poisoned', {
    title: POISON,
    singular: POISON,
    description: POISON,
    supports: ['title', 'content', 'excerpt', 'author', 'revisions'],
    capability: 'post',
    icon: POISON,
    fields: {
      note: { kind: 'text', label: POISON, help: POISON },
      kind: { kind: 'select', label: 'Kind', choices: { a: POISON } },
      rows: { kind: 'repeater', label: POISON, fields: { note: { kind: 'text', label: POISON } } },
    },
  });
  const person = await site.users.create(
    { login: 'poison', name: POISON, email: 'poison@example.org', bio: POISON, roles: ['author'] },
    SYSTEM,
  );
  ids['user'] = person.id;
  const term = await site.terms.save(
    { taxonomy: 'category', name: POISON.slice(0, 150), description: POISON },
    { viewer: SYSTEM },
  );
  ids['term'] = term.id;
  const byPerson = await site.roles.viewerFor(person);
  const draft = { content: POISON, excerpt: POISON, title: POISON, password: POISON, template: POISON };
  ids['post'] = (
    await site.entries.save(
      { type: 'post', ...draft, terms: { category: [term.id] }, authorId: person.id, status: 'publish' },
      { viewer: SYSTEM, htmlBy: byPerson },
    )
  ).id;
  ids['poisoned'] = (
    await site.entries.save(
      { type: 'poisoned', ...draft, fields: { note: POISON, kind: 'a', rows: [{ note: POISON }] } },
      { viewer: SYSTEM, htmlBy: byPerson },
    )
  ).id;
  await site.entries.save({ id: ids['poisoned'], content: `${POISON} again` }, { viewer: SYSTEM, htmlBy: byPerson });
  ids['revision'] = (await site.entries.revisions(ids['poisoned'], SYSTEM))[1]?.id ?? 0;
  await site.options.set('title', POISON);
  await site.options.set('tagline', POISON);
  const menu = await site.terms.save({ taxonomy: 'nav_menu', name: POISON.slice(0, 150) }, { viewer: SYSTEM });
  ids['menu'] = menu.id;
  await site.entries.save(
    {
      type: 'nav_menu_item',
      title: POISON,
      status: 'publish',
      terms: { nav_menu: [menu.id] },
      fields: { kind: 'custom', url: '/x' },
    },
    { viewer: SYSTEM },
  );
  const comments = site.services.use('comments');
  const open = await site.entries.save({ type: 'post', title: 'Open', status: 'publish' }, { viewer: SYSTEM });
  ids['comment'] = (
    await comments.import({
      entryId: open.id,
      parentId: null,
      userId: null,
      authorName: POISON,
      authorEmail: POISON,
      authorUrl: 'javascript:alert(1)',
      authorAddress: POISON,
      agent: POISON,
      content: POISON,
      status: 'pending',
      type: 'comment',
      createdAt: Date.now(),
    })
  ).id;
  site.plugins.fault('posts', POISON, new Error(POISON));
  const { user } = await current.loginAs('administrator');
  const { token } = await site.sessions.create(user.id, { address: POISON, agent: POISON });
  administrator = new Browser(() => current, `galley=${token}`);
});
after(() => current.stop());

test('what people, plugins and browsers wrote is shown as text on every screen', async () => {
  const { post, poisoned, revision, term, user, menu, comment } = ids;
  const screens = [
    '/admin',
    '/admin/content/post',
    `/admin/content/post/${post}`,
    `/admin/content/post/${post}/delete`,
    `/admin/content/post?search=${encodeURIComponent(POISON)}`,
    '/admin/content/poisoned',
    '/admin/content/poisoned/new',
    `/admin/content/poisoned/${poisoned}`,
    `/admin/content/poisoned/${poisoned}/revisions`,
    `/admin/content/poisoned/${poisoned}/revisions/${revision}`,
    '/admin/terms/category',
    `/admin/terms/category/${term}`,
    `/admin/terms/category/${term}/delete`,
    '/admin/users',
    `/admin/users/${user}`,
    `/admin/users/${user}/delete`,
    '/admin/profile',
    '/admin/menus',
    `/admin/menus/${menu}`,
    '/admin/comments',
    `/admin/comments/${comment}`,
    '/admin/settings/general',
    '/admin/plugins',
    '/admin/health',
    '/admin/themes',
  ];
  let seen = 0;
  for (const screen of screens) {
    const page = await administrator.get(screen);
    assert.equal(page.status, 200, screen);
    assert.doesNotMatch(page.html, LOOSE, screen);
    if (page.html.includes('&lt;img src')) seen++;
  }
  assert.ok(seen >= 12, `the poison is to be seen, as text, on ${seen} screens`);
});

test('what was typed and refused comes back as text', async () => {
  const form = await administrator.get('/admin/content/poisoned/new');
  const wrong = await administrator.submit(form, 'Publish', {
    title: POISON,
    content: POISON,
    excerpt: POISON,
    slug: POISON,
    date: POISON,
    'fields.note': POISON,
    'fields.kind': POISON,
  });
  assert.equal(wrong.status, 422);
  assert.doesNotMatch(wrong.html, LOOSE);
  for (const address of [
    '/admin/nowhere',
    `/admin/content/${encodeURIComponent('<img src=x onerror=alert(1)>')}`,
    `/admin/login?redirect_to=${encodeURIComponent(POISON)}`,
  ])
    assert.doesNotMatch((await new Browser(() => current).get(address)).html, LOOSE, address);
});
