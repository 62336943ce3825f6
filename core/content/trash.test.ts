import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RemovedQuery, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

describe('Terms in the trash', () => {
  forEachSite({ plugins: ['posts'] }, (suite) => {
    const site = () => suite.current.site;
    const by = { viewer: SYSTEM };
    const term = (name: string, more: object = {}) => site().terms.save({ taxonomy: 'category', name, ...more }, by);
    const post = (title: string, ids: number[], status: 'publish' | 'draft' = 'publish') =>
      site().entries.save({ type: 'post', title, status, terms: { category: ids } }, by);
    const count = async (id: number) => {
      const found = await site().terms.get(id);
      return found && (await site().terms.withCounts([found]))[0]?.count;
    };

    test('a term comes back with its entries, what stood below it, its meta and its old addresses', async () => {
      const [top, art] = [await term('Top'), await term('Art')];
      await site().terms.save({ id: art.id, slug: 'arts', parentId: top.id }, by);
      const [inside, moved] = [await term('Inside', { parentId: art.id }), await term('Moved', { parentId: art.id })];
      await site().meta.set('term', art.id, 'colour', ['red', 'blue']);
      const [shown, gone] = [await post('Shown', [top.id, art.id]), await post('Gone', [art.id])];
      const draft = await post('Draft', [art.id], 'draft');
      const id = await site().terms.remove(art.id, by);
      assert.equal((await site().terms.get(inside.id))?.path, 'top/inside');
      await site().terms.save({ id: moved.id, parentId: null }, by);
      await site().entries.remove(gone.id, by);
      const { path } = await site().trash.restore(id ?? 0, SYSTEM);
      assert.equal(path, `/terms/category/${art.id}`);
      const back = await site().terms.get(art.id);
      assert.deepEqual([back?.name, back?.path, back?.parentId], ['Art', 'top/arts', top.id]);
      assert.equal((await site().terms.get(inside.id))?.path, 'top/arts/inside');
      assert.equal((await site().terms.get(moved.id))?.path, 'moved', 'what somebody has moved since stays there');
      assert.deepEqual((await site().meta.of('term', [art.id])).get(art.id), { colour: ['red', 'blue'] });
      assert.equal((await site().terms.byFormerSlug('category', 'art'))?.id, art.id);
      assert.equal(await count(art.id), 1);
      const terms = await site().terms.ofEntries([shown.id, draft.id]);
      assert.deepEqual(
        [...terms.values()].map((list) => list.map(({ name }) => name)),
        [['Top', 'Art'], ['Art']],
      );
      await site().entries.save({ id: draft.id, status: 'publish' }, by);
      assert.equal(await count(art.id), 2, 'counts go on being right');
      await assert.rejects(site().trash.restore(id ?? 0, SYSTEM), { code: 'GALLEY_TRASH_UNKNOWN' });
    });

    test('where its address or its parent is taken by now, it comes back beside', async () => {
      const parent = await term('Parent');
      const child = await term('Taken', { parentId: parent.id });
      const id = await site().terms.remove(child.id, by);
      await site().terms.remove(parent.id, { ...by, forGood: true });
      await term('Taken');
      await site().trash.restore(id ?? 0, SYSTEM);
      const back = await site().terms.get(child.id);
      assert.deepEqual([back?.slug, back?.path, back?.parentId], ['taken-2', 'taken-2', null]);
    });

    test('two who bring it back at once get it once, and nobody without the right sees it', async () => {
      const { id } = await term('Once');
      const trashed = (await site().terms.remove(id, by)) ?? 0;
      const author = (await suite.current.loginAs('author')).viewer;
      assert.equal(site().trash.isOpenTo(author), false);
      assert.deepEqual((await site().trash.list(author)).items, []);
      await assert.rejects(site().trash.restore(trashed, author), { code: 'GALLEY_TRASH_UNKNOWN' });
      const both = await Promise.allSettled([1, 2].map(() => site().trash.restore(trashed, SYSTEM)));
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    test('who trashed and who removed an entry is kept for those who could have edited it', async () => {
      const [editor, author] = [await suite.current.loginAs('editor'), await suite.current.loginAs('author')];
      const [one, two] = [await post('Imprint, old', []), await post('Imprint, new', [])];
      await site().entries.save({ id: one.id, status: 'trash' }, { viewer: editor.viewer });
      await site().entries.trash(two.id, { viewer: editor.viewer });
      const both = [one.id, two.id];
      const known = await site().entries.farewells(both, SYSTEM);
      assert.deepEqual(
        both.map((id) => known.get(id)?.authorId),
        [editor.viewer.id, editor.viewer.id],
        'by a save as well as by the button',
      );
      assert.equal((await site().entries.farewells(both, author.viewer)).size, 0);
      assert.deepEqual((await site().entries.trashedBy(editor.viewer.id ?? 0)).sort(), both.sort());
      await site().database.write('trash').whereIn('scope', both.map(String)).update({ created_at: 1 });
      await site().entries.restore(two.id, by);
      await site().trash.empty();
      assert.deepEqual(
        [...(await site().entries.farewells(both, SYSTEM)).keys()],
        [one.id],
        'as long as it is in the trash, and no longer',
      );
      await site().entries.remove(one.id, by);
      const { items } = await site().entries.removed({ title: 'imprint' }, editor.viewer);
      assert.deepEqual(
        items.map(({ id, title, type, status, authorId, trashed }) => [id, title, type, status, authorId, trashed]),
        [[one.id, 'Imprint, old', 'post', 'publish', null, { authorId: editor.viewer.id, createdAt: 1 }]],
      );
      const titles = async (query: RemovedQuery, viewer = editor.viewer) =>
        (await site().entries.removed(query, viewer)).items.map(({ title }) => title);
      assert.deepEqual(
        await titles({ by: editor.viewer.id ?? 0 }),
        ['Imprint, old'],
        'who moved it to the trash counts too',
      );
      assert.deepEqual(await titles({ title: 'imprint' }, author.viewer), []);
      assert.deepEqual(await titles({ types: ['page'] }), []);
      assert.deepEqual(await titles({ until: Date.now() - 60_000 }), []);
      await site().entries.remove(two.id, { viewer: editor.viewer });
      const first = await site().entries.removed({ limit: 1, title: 'imprint' }, editor.viewer);
      assert.deepEqual([first.items[0]?.title, first.items[0]?.authorId], ['Imprint, new', editor.viewer.id]);
      assert.deepEqual(await titles({ title: 'imprint', before: first.before }), ['Imprint, old']);
    });

    test('what is older than the setting says is forgotten for good', async () => {
      const [old, fresh] = [await term('Old'), await term('Fresh')];
      const ids = [await site().terms.remove(old.id, by), await site().terms.remove(fresh.id, by)];
      const long = Date.now() - 31 * 86_400_000;
      await site().database.write('trash').where({ id: ids[0] }).update({ created_at: long });
      assert.equal(await site().trash.empty(), 1);
      await site().trash.restore(ids[1] ?? 0, SYSTEM);
      await assert.rejects(site().trash.restore(ids[0] ?? 0, SYSTEM), { code: 'GALLEY_TRASH_UNKNOWN' });
    });
  });
});
