import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { LoggedIn } from 'galley/testing';
import { Browser, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const p = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const doc = (...texts: string[]): string => texts.map(p).join('\n\n');

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard', 'autosave'] }, (suite) => {
  const site = () => suite.current.site;
  let [mine, theirs]: Browser[] = [];
  let colleague: LoggedIn;
  before(async () => {
    mine = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    colleague = await suite.current.loginAs('editor');
    theirs = new Browser(() => suite.current, colleague.cookie);
  });
  const write = (title: string, more: object = {}) =>
    site().entries.save(
      { type: 'post', title, content: doc('one', 'two', 'three'), status: 'publish', ...more },
      { viewer: SYSTEM },
    );
  /** Both open the entry; they save `other`, then I save `own`. */
  async function collide(id: number, other: object, own: object): Promise<Page> {
    assert.ok(mine && theirs);
    const url = `/admin/content/post/${id}`;
    const [first, second] = [await mine.get(url), await theirs.get(url)];
    await theirs.submit(second, 'Update', { ...other });
    return mine.submit(first, 'Update', { ...own });
  }
  const choose = async (page: Page, button: string, fill: Record<string, string>): Promise<Page> => {
    assert.ok(mine);
    return mine.submit(page, button, fill);
  };

  test('different things changed: everything is put together, and one press saves it', async () => {
    const entry = await write('Apart', { terms: { category: ['Old'], post_tag: ['a', 'b'] } });
    const page = await collide(
      entry.id,
      { title: 'Their title', content: doc('one', 'TWO', 'three'), 'tags.post_tag': 'a, b, theirs' },
      { content: doc('one', 'two', 'THREE', 'four'), excerpt: 'Mine', 'tags.post_tag': 'b, mine' },
    );
    assert.equal(page.status, 409);
    assert.match(page.text, /You changed different things: both are put together already\./);
    const saved = await choose(page, 'Save both together', {});
    assert.match(saved.text, /Visitors see it now/);
    const after = await site().entries.need(entry.id);
    assert.deepEqual(
      [after.title, after.content, after.excerpt],
      ['Their title', doc('one', 'TWO', 'THREE', 'four'), 'Mine'],
    );
    const tags = (await site().terms.ofEntries([entry.id]))
      .get(entry.id)
      ?.flatMap((term) => (term.taxonomy === 'post_tag' ? [term.name] : []));
    assert.deepEqual(tags?.sort(), ['b', 'mine', 'theirs'], 'added by both, taken out by one');
  });

  test('the same block changed: theirs, mine, both or words of one’s own, each block for itself', async () => {
    const entry = await write('Together');
    const page = await collide(
      entry.id,
      { title: 'T1', content: doc('one T', 'two T', 'three T') },
      { title: 'M1', content: doc('one M', 'two M', 'three M') },
    );
    const saved = await choose(page, 'Save both together', {
      'merge.take.title.0': 'theirs',
      'merge.take.content.0': 'mine',
      'merge.take.content.1': 'both',
      'merge.take.content.2': 'own',
      'merge.text.content.2': p('three of both'),
    });
    assert.match(saved.text, /Visitors see it now/);
    const after = await site().entries.need(entry.id);
    assert.deepEqual([after.title, after.content], ['T1', doc('one M', 'two T', 'two M', 'three of both')]);
    assert.deepEqual(
      (await site().entries.revisions(entry.id, SYSTEM)).map(({ version, title }) => [version, title]),
      [
        [3, 'T1'],
        [2, 'T1'],
        [1, 'Together'],
      ],
    );
  });

  test('settings that both changed are chosen, with their words; what was decided survives the next conflict', async () => {
    const entry = await write('Settings');
    const page = await collide(
      entry.id,
      { slug: 'their-address', content: doc('one T', 'two', 'three') },
      { slug: 'my-address', content: doc('one M', 'two', 'three') },
    );
    assert.match(page.text, /Address.*their-address.*my-address/);
    await site().entries.save({ id: entry.id, content: doc('one T', 'two', 'three again') }, { viewer: SYSTEM });
    const again = await choose(page, 'Save both together', {
      'merge.take.slug': 'mine',
      'merge.take.content.0': 'own',
      'merge.text.content.0': p('one of both'),
    });
    assert.equal(again.status, 409);
    assert.match(again.text, /both are put together already/, 'what was chosen is mine now, and theirs is elsewhere');
    const saved = await choose(again, 'Save both together', {});
    assert.match(saved.text, /Visitors see it now/);
    const after = await site().entries.need(entry.id);
    assert.deepEqual([after.slug, after.content], ['my-address', doc('one of both', 'two', 'three again')]);
  });

  test('moved to the trash meanwhile: the form comes back as it was typed, and is restored and saved, or saved as a new one', async () => {
    assert.ok(mine);
    const entry = await write('Thrown');
    const [form, other] = [
      await mine.get(`/admin/content/post/${entry.id}`),
      await mine.get(`/admin/content/post/${entry.id}`),
    ];
    await site().entries.trash(entry.id, { viewer: colleague.viewer });
    const back = await mine.submit(form, 'Update', { title: 'Typed', content: doc('typed') });
    assert.equal(back.status, 409);
    assert.match(back.text, /Not saved yet: The editor moved “Thrown” to the trash meanwhile \(/);
    assert.match(back.html, /value="Typed"/);
    assert.equal((await site().entries.need(entry.id, SYSTEM)).status, 'trash');
    const fresh = await mine.submit(back, 'Save as a new draft');
    assert.match(fresh.text, /Draft saved/);
    assert.match(fresh.html, /value="Typed"/);
    assert.equal((await site().entries.need(entry.id, SYSTEM)).title, 'Thrown', 'the thrown one stays as it was');
    const saved = await mine.submit(back, 'Restore and save');
    assert.match(saved.text, /Visitors see it now/);
    const restored = await site().entries.need(entry.id, SYSTEM);
    assert.deepEqual([restored.status, restored.title, restored.content], ['publish', 'Typed', doc('typed')]);
    await site().entries.trash(entry.id, { viewer: SYSTEM });
    const late = await mine.submit(other, 'Update', { title: 'Mine' });
    const both = await mine.submit(late, 'Restore and save');
    assert.equal(both.status, 409);
    assert.match(both.text, /saved a newer version/, 'what was saved in between is not overwritten unseen');
  });

  test('deleted for good meanwhile, or not one’s own any more: the form comes back as a new one with all that was typed', async () => {
    assert.ok(mine);
    const entry = await write('Gone');
    const form = await mine.get(`/admin/content/post/${entry.id}`);
    const merging = await collide(entry.id, { title: 'Theirs' }, { title: 'Mine', excerpt: 'Of mine' });
    await site().entries.remove(entry.id, { viewer: colleague.viewer });
    const back = await mine.submit(form, 'Update', { title: 'Typed', content: doc('typed'), 'tags.post_tag': 'kept' });
    assert.equal(back.status, 409);
    assert.match(back.text, /Not saved: The editor deleted this for good meanwhile \(/);
    const byNobody = await write('Swept');
    const swept = await mine.get(`/admin/content/post/${byNobody.id}`);
    await site().entries.remove(byNobody.id, { viewer: SYSTEM });
    assert.match((await mine.submit(swept, 'Update', {})).text, /this was deleted for good meanwhile/);
    const outsider = await suite.current.loginAs('author');
    assert.equal(
      (await site().entries.farewells([entry.id], outsider.viewer)).size,
      0,
      'who could not edit it, is not told',
    );
    assert.deepEqual((await site().trash.list(SYSTEM)).items, [], 'nothing that could come back');
    const saved = await mine.submit(back, 'Save draft');
    assert.match(saved.text, /Draft saved/);
    assert.match(saved.html, /value="Typed"/);
    assert.match(saved.html, /value="kept"/);
    const merged = await mine.submit(merging, 'Save both together', { 'merge.take.title.0': 'mine' });
    assert.equal(merged.status, 409);
    assert.match(merged.html, /value="Mine"/);
    assert.match(merged.html, /Of mine<\/textarea>/);

    const writer = await suite.current.loginAs('contributor');
    const own = await write('Handed in', { status: 'draft', authorId: writer.user.id });
    const browser = new Browser(() => suite.current, writer.cookie);
    const open = await browser.get(`/admin/content/post/${own.id}`);
    await site().entries.save({ id: own.id, status: 'publish' }, { viewer: SYSTEM });
    const refused = await browser.submit(open, 'Save draft', { title: 'Typed late' });
    assert.equal(refused.status, 403);
    assert.match(refused.text, /You may not edit this any more/);
    assert.match(refused.html, /value="Typed late"/);
    assert.equal((await site().entries.need(own.id, SYSTEM)).title, 'Handed in');
  });

  test('what comes back from the merge screen is what was typed, or it is refused', async () => {
    const entry = await write('Sealed');
    const page = await collide(entry.id, { title: 'T' }, { title: 'M' });
    const token = /name="_token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const forged = Buffer.from('{"title":"forged"}').toString('base64url');
    const values = { _token: token, 'merge.mine': `${forged}.x`, 'merge.theirs': '2', press: 'save' };
    assert.equal((await mine?.post(`/admin/content/post/${entry.id}/merge`, values))?.status, 400);
    const author = new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);
    assert.notEqual((await author.post(`/admin/content/post/${entry.id}/merge`, values)).status, 200);
    assert.equal((await site().entries.need(entry.id)).title, 'T');
  });
});
