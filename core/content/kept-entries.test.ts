import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { forEachSite } from '../../test/support/sites.ts';
import { SYSTEM } from '../identity/viewer.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';
import { keptEntries, keptPage } from './kept-entries.ts';

forEachSite({ plugins: ['posts', 'media'] }, (suite) => {
  const save = (draft: EntryDraft): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });
  const slugs = async (): Promise<string[]> =>
    (await keptPage(suite.current.site, { type: 'post', limit: 10, body: false }, 1)).items.map(({ slug }) => slug);

  test('a kept list costs no query until one of its type is published, changed or withdrawn', async () => {
    const { site } = suite.current;
    const first = await save({ title: 'Kept', slug: 'kept' });
    const before = await slugs();
    assert.ok(before.includes('kept'));
    const { queries } = await site.database.countQueries(slugs);
    assert.deepEqual(queries, []);
    const second = await save({ title: 'Newer', slug: 'newer' });
    assert.deepEqual(await slugs(), ['newer', ...before]);
    await site.entries.save({ id: second.id, slug: 'renamed' }, { viewer: SYSTEM });
    assert.deepEqual(await slugs(), ['renamed', ...before]);
    await site.entries.save({ id: second.id, status: 'draft' }, { viewer: SYSTEM });
    assert.deepEqual(await slugs(), before);
    await site.entries.trash(first.id, { viewer: SYSTEM });
    assert.ok(!(await slugs()).includes('kept'));
  });

  test('what is not there is seen as soon as it is, by its id and by its path', async () => {
    const { site } = suite.current;
    const draft = await save({ title: 'Awaited', slug: 'awaited', status: 'draft' });
    const byId = (): Promise<Entry[]> => keptEntries(site, { type: 'post', ids: [draft.id] });
    const byPath = (): Promise<Entry[]> => keptEntries(site, { type: ['post', 'page'], path: ['awaited'] });
    assert.deepEqual([await byId(), await byPath()], [[], []]);
    await site.entries.save({ id: draft.id, status: 'publish' }, { viewer: SYSTEM });
    const titles = [...(await byId()), ...(await byPath())].map(({ title }) => title);
    assert.deepEqual(titles, ['Awaited', 'Awaited']);
  });

  test('a list of a term changes with what has the term', async () => {
    const { site } = suite.current;
    const entry = await save({ title: 'Filed', terms: { category: ['Shelf'] } });
    const term = (await site.terms.ofEntries([entry.id])).get(entry.id)?.[0];
    assert.ok(term);
    const query = { type: 'post', term: { taxonomy: 'category', ids: [term.id] }, body: false };
    const found = async (): Promise<number[]> => (await keptPage(site, query, 1)).items.map(({ id }) => id);
    assert.deepEqual(await found(), [entry.id]);
    await site.entries.save({ id: entry.id, terms: { category: [] } }, { viewer: SYSTEM });
    assert.deepEqual(await found(), []);
  });

  test('a file is hidden at once with the entry that it belongs to, of whatever type', async () => {
    const { site } = suite.current;
    site.types.register('report', { title: 'Reports', singular: 'Report', supports: ['title'], public: true });
    const parent = await save({ type: 'report', title: 'Report' });
    const file = await save({ type: 'attachment', status: 'inherit', title: 'File', parentId: parent.id });
    const find = async (query: object): Promise<number> =>
      (await keptEntries(site, { type: 'attachment', status: 'inherit', ...query })).length;
    const both = (): Promise<number[]> => Promise.all([find({ ids: [file.id] }), find({ path: [file.path] })]);
    assert.deepEqual(await both(), [1, 1]);
    await site.entries.save({ id: parent.id, status: 'draft' }, { viewer: SYSTEM });
    assert.deepEqual(await both(), [0, 0]);
    await site.entries.save({ id: parent.id, status: 'publish' }, { viewer: SYSTEM });
    assert.deepEqual(await both(), [1, 1]);
  });

  test('no password of an entry is kept', async () => {
    const { site } = suite.current;
    const entry = await save({ title: 'Locked', password: 'open sesame' });
    const find = (): Promise<Entry[]> => keptEntries(site, { type: 'post', ids: [entry.id] });
    await find();
    const { result, queries } = await site.database.countQueries(find);
    assert.deepEqual([result.length, queries.length], [1, 1]);
  });

  test('nothing is kept longer than all of it is to be seen', async () => {
    const { site } = suite.current;
    const entry = await save({ title: 'Brief', unpublishAt: Date.now() + 3000 });
    const find = (): Promise<Entry[]> => keptEntries(site, { type: 'post', ids: [entry.id] });
    await find();
    await sleep(Math.max(0, (entry.unpublishAt ?? 0) - Date.now()) + 5);
    assert.deepEqual(await find(), []);
  });
});
