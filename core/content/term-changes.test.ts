import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isGalleyError, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

describe('Terms and addresses that change', () => {
  forEachSite({ onGalera: true, plugins: ['posts'] }, (suite) => {
    const site = () => suite.current.site;
    const by = { viewer: SYSTEM };
    const term = (name: string, more: object = {}) => site().terms.save({ taxonomy: 'category', name, ...more }, by);
    const post = (title: string, ids: number[], more: object = {}) =>
      site().entries.save({ type: 'post', title, status: 'publish', terms: { category: ids }, ...more }, by);
    const count = async (id: number): Promise<number | undefined> => {
      const found = await site().terms.get(id);
      return found && (await site().terms.withCounts([found]))[0]?.count;
    };
    const redirectOf = async (url: string): Promise<string | undefined> => {
      const reply = await suite.current.inject({ url });
      return reply.statusCode === 301 ? String(reply.headers['location']) : undefined;
    };

    test('the address of a renamed term leads to its new one, also through two names', async () => {
      const craft = await term('Craft');
      await site().terms.save({ id: craft.id, slug: 'handicraft' }, by);
      await site().terms.save({ id: craft.id, slug: 'handwork' }, by);
      assert.equal(await redirectOf('/category/craft/'), '/category/handwork/');
      assert.equal(await redirectOf('/category/handicraft/'), '/category/handwork/');
      const again = await term('Craft');
      assert.equal((await suite.current.inject({ url: '/category/craft/' })).statusCode, 200, 'the living one wins');
      await site().terms.remove(again.id, by);
      await site().terms.remove(craft.id, by);
      assert.equal((await suite.current.inject({ url: '/category/handicraft/' })).statusCode, 404);
    });

    test('two terms become one: entries, counts, what stands below and old links follow', async () => {
      const [film, cinema] = [await term('Film'), await term('Cinema')];
      const silent = await term('Silent', { parentId: film.id });
      const only = await post('Only film', [film.id]);
      const both = await post('Both', [film.id, cinema.id]);
      await post('A draft', [film.id], { status: 'draft' });
      assert.equal((await site().terms.merge(film.id, cinema.id, by)).changed, 3);
      assert.equal(await site().terms.get(film.id), undefined);
      assert.equal(await count(cinema.id), 2);
      const terms = await site().terms.ofEntries([only.id, both.id]);
      assert.deepEqual(
        [...terms.values()].map((list) => list.map(({ name }) => name)),
        [['Cinema'], ['Cinema']],
      );
      assert.equal((await site().terms.get(silent.id))?.path, 'cinema/silent');
      assert.equal(await redirectOf('/category/film/'), '/category/cinema/');
      await site().entries.remove(both.id, by);
      assert.equal(await count(cinema.id), 1, 'counts go on being right');
    });

    test('what was made one is taken apart again: entries, counts, what stands below and addresses', async () => {
      const [river, water] = [await term('River'), await term('Water')];
      const delta = await term('Delta', { parentId: river.id });
      const only = await post('Only river', [river.id]);
      const both = await post('River and water', [river.id, water.id]);
      const later = await post('Later river', [river.id]);
      const { trashId } = await site().terms.merge(river.id, water.id, by);
      // What somebody has changed since stays as it is.
      await site().entries.save({ id: later.id, terms: { category: ['Elsewhere'] } }, by);
      await post('New water', [water.id]);
      await site().trash.restore(trashId, SYSTEM);
      const names = async (id: number): Promise<string[]> =>
        ((await site().terms.ofEntries([id])).get(id) ?? []).map(({ name }) => name).sort();
      assert.deepEqual(await names(only.id), ['River']);
      assert.deepEqual(await names(both.id), ['River', 'Water']);
      assert.deepEqual([await count(river.id), await count(water.id)], [3, 2]);
      assert.equal((await site().terms.get(delta.id))?.path, 'river/delta');
      assert.equal((await suite.current.inject({ url: '/category/river/' })).statusCode, 200);
    });

    test('a term is merged into one below it, and never into itself or another taxonomy', async () => {
      const above = await term('Above');
      const below = await term('Below', { parentId: above.id });
      await site().terms.merge(above.id, below.id, by);
      assert.deepEqual((await site().terms.get(below.id))?.parentId, null);
      const tag = await site().terms.save({ taxonomy: 'post_tag', name: 'Tag' }, by);
      for (const into of [below.id, tag.id])
        await assert.rejects(site().terms.merge(below.id, into, by), (error) =>
          isGalleyError(error, 'GALLEY_INPUT_INVALID'),
        );
      const { viewer } = await suite.current.loginAs('author');
      await assert.rejects(site().terms.merge(tag.id, tag.id + 1, { viewer }));
    });

    test('posts are found by addresses of structures that were used before', async () => {
      const { options } = site();
      await post('Moved about', [], { slug: 'moved-about', publishedAt: Date.UTC(2024, 4, 6) });
      await options.set('permalink_structure', '/%postname%/');
      assert.equal(await redirectOf('/2024/05/moved-about/'), '/moved-about/');
      await options.set('permalink_structure', '/stories/%post_id%/');
      assert.match((await redirectOf('/moved-about/')) ?? '', /^\/stories\/\d+\/$/);
      assert.match((await redirectOf('/2024/05/moved-about/')) ?? '', /^\/stories\/\d+\/$/);
      await options.set('permalink_structure', '/%year%/%monthnum%/%postname%/');
    });

    test('addresses never stand where screens, lists or authors do', async () => {
      const { options } = site();
      for (const structure of ['/admin/%postname%/', '/author/%postname%/', '/category/%postname%/', '/%postname%/x/'])
        await assert.rejects(
          options.set('permalink_structure', structure),
          /cannot begin|Put %postname% last/,
          structure,
        );
      const page = await site().entries.save({ type: 'page', title: 'Author', status: 'publish' }, by);
      assert.equal(page.slug, 'author-2');
      await options.set('permalink_structure', '/%postname%/');
      assert.equal((await post('Admin', [])).slug, 'admin-2');
      await options.set('permalink_structure', '/%year%/%monthnum%/%postname%/');
      assert.equal((await post('Feed', [])).slug, 'feed', 'below a date it stands in nobody’s way');
    });
  });
});
