import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const p = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const doc = (...texts: string[]): string => texts.map(p).join('\n\n');

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard', 'revisions'] }, (suite) => {
  const site = () => suite.current.site;
  let editor: Browser;
  before(async () => {
    editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
  });

  /** An entry with two versions. */
  async function history(title: string) {
    const { id } = await site().entries.save(
      { type: 'post', title, content: doc('a', 'old', 'c'), status: 'publish', terms: { post_tag: ['before'] } },
      { viewer: SYSTEM },
    );
    const content = doc('a', 'new', 'c', 'added');
    await site().entries.save(
      { id, title: `${title} now`, content, terms: { post_tag: ['after'] } },
      { viewer: SYSTEM },
    );
    const url = `/admin/content/post/${id}/revisions`;
    const [, first] = await site().entries.revisions(id, SYSTEM);
    return { id, url, first: first?.id ?? 0, content };
  }

  test('the list says who saved what, and any two versions are compared', async () => {
    const { url, first, id } = await history('Listed');
    const list = await editor.get(url);
    assert.match(list.text, /As it is now Somebody – title, text, terms.*Version 1 Somebody – first version/);
    assert.match((await editor.get(`/admin/content/post/${id}`)).html, /Earlier versions/);
    const [now] = await site().entries.revisions(id, SYSTEM);
    const compared = await editor.get(`${url}/compare?older=${now?.id}&newer=${first}`);
    assert.equal(compared.url, `${url}/${first}?with=${now?.id}`, 'the older one stands first');
    assert.match(compared.html, /<del>old<\/del>/);
    assert.match(compared.html, /<ins>new<\/ins>/);
    assert.match(compared.html, /<del>before<\/del>.*<ins>after<\/ins>/s);
    assert.match((await editor.get(`${url}/compare?older=1&newer=1`)).text, /Choose two versions that differ\./);
  });

  test('footnotes are compared with the text, and come back with it; those that there were none of go', async () => {
    const note = (content: string) => ({ footnotes: JSON.stringify([{ id: 'n1', content }]) });
    const content = doc('See <sup data-fn="n1">1</sup>');
    const { id } = await site().entries.save(
      { type: 'post', title: 'Noted', content: doc('bare') },
      { viewer: SYSTEM },
    );
    await site().entries.save({ id, content, meta: note('Old source') }, { viewer: SYSTEM });
    await site().entries.save({ id, meta: note('New source') }, { viewer: SYSTEM });
    const notes = async () => (await site().meta.ofText(id))['footnotes']?.[0];
    const [now, old, bare] = await site().entries.revisions(id, SYSTEM);
    const url = `/admin/content/post/${id}/revisions`;
    assert.match((await editor.get(url)).text, /As it is now Somebody – text/);
    const compared = await editor.get(`${url}/${old?.id}?with=${now?.id}`);
    assert.match(compared.text, /Bring this back: Footnotes .*1\. Old source 1\. New source/);
    await editor.submit(await editor.get(`${url}/${old?.id}`), 'Bring this version back');
    assert.match((await notes()) ?? '', /Old source/);
    await editor.submit(await editor.get(`${url}/${bare?.id}`), 'Bring this version back');
    assert.equal(await notes(), undefined);
    const count = (await site().entries.revisions(id, SYSTEM)).length;
    await site().entries.save({ id, meta: { footnotes: [], other: 'x' } }, { viewer: SYSTEM });
    assert.equal((await site().entries.revisions(id, SYSTEM)).length, count, 'what is the same is no version');
  });

  test('a version comes back whole, as a new version; what was there stays', async () => {
    const { id, url, first } = await history('Whole');
    await editor.submit(await editor.get(`${url}/${first}`), 'Bring this version back');
    const entry = await site().entries.need(id);
    assert.deepEqual([entry.title, entry.content, entry.version], ['Whole', doc('a', 'old', 'c'), 3]);
    const tags = ((await site().terms.ofEntries([id])).get(id) ?? []).filter(({ taxonomy }) => taxonomy === 'post_tag');
    assert.deepEqual(
      tags.map(({ name }) => name),
      ['before'],
    );
    assert.equal((await site().entries.revisions(id, SYSTEM)).length, 3);
  });

  test('one part comes back alone, or one block of the text', async () => {
    const { id, url, first, content } = await history('Parts');
    await editor.submit(await editor.get(`${url}/${first}`), 'Bring this back: Title');
    const entry = await site().entries.need(id);
    assert.deepEqual([entry.title, entry.content], ['Parts', content]);
    await editor.submit(await editor.get(`${url}/${first}`), 'Bring this block back');
    assert.equal((await site().entries.need(id)).content, doc('a', 'old', 'c', 'added'));
    await editor.submit(await editor.get(`${url}/${first}`), 'Take this block out');
    assert.equal((await site().entries.need(id)).content.trimEnd(), doc('a', 'old', 'c'));
  });

  test('nobody overwrites what was saved meanwhile, and nobody else sees any of it', async () => {
    const { id, url, first, content } = await history('Meanwhile');
    const page = await editor.get(`${url}/${first}`);
    await site().entries.save({ id, title: 'Newer' }, { viewer: SYSTEM });
    assert.match((await editor.submit(page, 'Bring this version back')).text, /Not brought back: somebody saved/);
    const entry = await site().entries.need(id);
    assert.deepEqual([entry.title, entry.content], ['Newer', content]);
    const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
    for (const address of [url, `${url}/${first}`, `${url}/${first}/page`])
      assert.equal((await author.get(address)).status, 403, address);
    assert.match((await editor.get(`${url}/${first}/page`)).html, /<p>old<\/p>/);
  });
});
