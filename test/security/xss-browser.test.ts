// The vectors in a real browser: no dialog opens, no script of theirs runs, and the policy has nothing to report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPermalinks, SYSTEM } from 'galley';
import { OWN_VECTORS, VECTORS } from '../../core/content/blocks/test-vectors.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { startVisitor } from '../e2e/visitor.ts';
import { chromiumMissing } from '../support/chromium.ts';

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

test('vectors of cross-site scripting run nowhere in Chromium', { skip: chromiumMissing() }, async (t) => {
  const current = await startTestSite({ config: { security: { unfilteredHtml: false } } });
  t.after(() => current.stop());
  const urls = await fill(current);
  const origin = await current.site.http.listen({ port: 0 });
  const visitor = await startVisitor(origin);
  t.after(() => visitor.close());
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
