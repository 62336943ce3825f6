// What others wrote, and pages of others, in a real browser. Vectors: no dialog opens, no script of theirs runs, and the
// policy has nothing to report. Another site: nothing that it sends in an administrator's name changes anything.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { loadPermalinks, SYSTEM } from 'galley';
import { OWN_VECTORS, VECTORS } from '../../core/content/blocks/test-vectors.ts';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { startVisitor, type Visitor } from '../e2e/visitor.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { addressOf } from './visitors.ts';

const PER_PAGE = 12;
const ALL = [...VECTORS, ...OWN_VECTORS];

/** Pictures and frames of other hosts are refused by the policy or cannot be had here; neither runs anything. */
const isForeignFile = (complaint: string): boolean =>
  /Failed to load resource|: 4\d\d |policy: (img|media|frame)-src|Loading the image|Framing '/.test(complaint);

async function fill({ site, loginAs }: TestSite): Promise<string[]> {
  const links = await loadPermalinks(site);
  const { viewer } = await loginAs('author');
  const comments = site.services.use('comments');
  // These vectors come faster than people write; the limit has tests of its own.
  await site.options.set('comments_flood', 0);
  await site.options.set('comments', { ...(await comments.settings()), moderation: 'none', maxLinks: 100 });
  const urls: string[] = [];
  for (let at = 0; at < ALL.length; at += PER_PAGE) {
    const vectors = ALL.slice(at, at + PER_PAGE);
    const content = vectors
      .map((vector) => `<!-- wp:html -->${vector}<!-- /wp:html -->\n<div>${vector}</div>`)
      .join('\n');
    const title = (vectors[0] ?? 'x').slice(0, 150);
    const entry = await site.entries.save(
      { type: 'post', status: 'publish', title, content, slug: `vectors-${at}` },
      { viewer },
    );
    for (const [index, vector] of vectors.entries())
      await comments.add({ entryId: entry.id, content: `${index} ${vector}`, authorUrl: vector }, { viewer });
    urls.push(links.entry(entry));
  }
  urls.push(...(await fillAsOthers({ site, loginAs })));
  const { items } = await site.entries.find({ type: 'post', limit: 1 });
  await site.terms.save(
    { taxonomy: 'category', name: '<img src=x onerror=alert(1)>', slug: 'named', description: ALL.join(' ') },
    { viewer: SYSTEM },
  );
  assert.ok(items.length > 0);
  return [
    ...urls,
    '/',
    '/page/2/',
    '/category/named/',
    `/?s=${encodeURIComponent('<script>alert(1)</script>')}`,
    '/?s=alert',
    '/%3Cimg%20src=x%20onerror=alert(1)%3E/',
  ];
}

/** All vectors once more by everybody else who may write or comment: one page for each. */
async function fillAsOthers({ site, loginAs }: Pick<TestSite, 'site' | 'loginAs'>): Promise<string[]> {
  const links = await loadPermalinks(site);
  const content = ALL.map((vector) => `<!-- wp:html -->${vector}<!-- /wp:html -->`).join('\n');
  const urls: string[] = [];
  for (const role of ['contributor', 'editor', 'administrator']) {
    const { viewer } = await loginAs(role);
    const draft = { type: 'post', title: `By the ${role}`, slug: `by-the-${role}`, content } as const;
    const { id } = await site.entries.save({ ...draft, status: 'pending' }, { viewer });
    const entry = await site.entries.save({ id, status: 'publish' }, { viewer: SYSTEM });
    urls.push(links.entry(entry));
    for (const by of [role, 'subscriber']) {
      const { viewer: who } = await loginAs(by);
      for (const [index, vector] of ALL.filter((_, place) => place % 4 === urls.length).entries())
        await site.services
          .use('comments')
          .add({ entryId: id, content: `${by} ${index} ${vector}`, authorUrl: vector }, { viewer: who });
    }
  }
  return urls;
}

describe('In Chromium', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let visitor: Visitor;
  let origin: string;
  before(async () => {
    current = await startTestSite({ config: { security: { unfilteredHtml: false } } });
    origin = await current.site.http.listen({ port: 0 });
    visitor = await startVisitor(origin);
  });
  after(async () => {
    await visitor?.close();
    await current?.stop();
  });

  test('vectors of cross-site scripting run nowhere', async () => {
    const urls = await fill(current);
    const watched = await visitor.visit();
    const bad: string[] = [];
    watched.page.on('dialog', (dialog) => bad.push(`dialog "${dialog.message()}" at ${watched.page.url()}`));
    for (const url of urls) {
      const answered = await watched.page.goto(url, { waitUntil: 'load' });
      assert.ok((answered?.status() ?? 500) < 500, url);
      // What waits for a mouse or for the focus is given both.
      await watched.page.evaluate(`for (const element of document.querySelectorAll('main *')) {
      for (const name of ['mouseover', 'focus', 'error', 'load', 'toggle', 'pointerover']) element.dispatchEvent(new Event(name));
    }`);
      const ran = await watched.page.evaluate('Boolean(globalThis.vulnerable || document.vulnerable)');
      assert.equal(ran, false, url);
    }
    const complaints = watched.complaints.filter((complaint) => !isForeignFile(complaint));
    assert.deepEqual([...bad, ...complaints], []);
    await watched.close();
  });

  test('another site can send nothing in the name of an administrator', async (t) => {
    const { site, loginAs } = current;
    const { user } = await loginAs('administrator');
    const watched = await visitor.visit();
    const { page } = watched;
    await page.goto('/admin/login');
    await page.fill('input:not([type=hidden]):not([type=password]):not([type=checkbox])', user.login);
    await page.fill('input[type=password]', TEST_PASSWORD);
    await Promise.all([page.waitForURL((url) => !url.pathname.endsWith('/login')), page.keyboard.press('Enter')]);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'galley');
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax']);

    const unsafe = site.routes.list().filter(({ method }) => method === 'POST');
    const targets = unsafe.map((route) => origin + addressOf(route));
    assert.ok(targets.length > 100, `${targets.length} routes`);
    const script = `
      const targets = ${JSON.stringify(targets)};
      const get = ${JSON.stringify(`${origin}/admin`)};
      window.attack = async () => {
        for (const url of targets) {
          const body = new URLSearchParams({ title: 'Forged', status: 'publish', login: 'forged', email: 'f@example.org' });
          await fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(() => undefined);
        }
        await new Promise((done) => { const image = new Image(); image.onerror = image.onload = done; image.src = get; });
        const frame = document.createElement('iframe');
        await new Promise((done) => { frame.onload = done; frame.src = get; document.body.append(frame); });
      };
      window.submitForm = (url) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = url;
        form.innerHTML = '<input name="title" value="Forged">';
        document.body.append(form);
        form.submit();
      };`;
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Elsewhere</title><a href="${origin}/admin">Free pictures</a><script>${script}</script>`,
      );
    });
    await new Promise<void>((resolve) => other.listen(0, resolve));
    t.after(() => other.close());
    const ours = new URL(origin).hostname;
    const elsewhere = `http://${ours === 'localhost' ? '127.0.0.1' : 'localhost'}:${(other.address() as AddressInfo).port}/`;
    const tables = ['entries', 'users', 'sessions', 'comments', 'terms', 'options', 'user_roles'];
    const state = async (): Promise<string> => {
      const rows = await Promise.all(tables.map(async (table) => await site.database.read(table).select('*')));
      return JSON.stringify(rows, (key, value) => (/seen_at|idle_expires_at/.test(key) ? undefined : value));
    };
    await page.goto(elsewhere);
    const before = await state();
    const sent: { url: string; method: string; cookie: boolean }[] = [];
    page.on('request', async (request) => {
      if (!request.url().startsWith(origin)) return;
      const headers = await request.allHeaders().catch(() => ({}) as Record<string, string>);
      sent.push({ url: request.url(), method: request.method(), cookie: 'cookie' in headers });
    });
    await page.evaluate('attack()');
    for (const path of ['/admin/logout', '/admin/content/post/new']) {
      await page.goto(elsewhere);
      const submit = page.evaluate(`submitForm(${JSON.stringify(origin + path)})`);
      const [answered] = await Promise.all([page.waitForNavigation(), submit]);
      assert.ok((answered?.status() ?? 0) >= 400, path);
    }
    assert.equal(sent.filter(({ method }) => method === 'POST').length, targets.length + 2);
    assert.deepEqual(
      sent.filter(({ cookie }) => cookie),
      [],
      'SameSite keeps the cookie at home',
    );
    assert.equal(await state(), before);
    // A link is a visit of his own: he is still logged in.
    await page.goto(elsewhere);
    const [answer] = await Promise.all([page.waitForNavigation(), page.click('a')]);
    assert.equal(answer?.status(), 200);
    assert.doesNotMatch(page.url(), /login/);
    await page.waitForLoadState();
    assert.ok(
      sent.some(({ cookie }) => cookie),
      'and the cookie goes with that',
    );
    await watched.close();
  });
});
