import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { SYSTEM } from '../identity/viewer.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';
import { compactTallies } from './tallies.ts';

const WRITERS = 10;

forEachSite({ onGalera: true, plugins: ['posts'], config: { database: { poolMax: WRITERS } } }, (suite) => {
  const save = (draft: EntryDraft): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'page', status: 'publish', ...draft }, { viewer: SYSTEM });
  const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => make(index)));
  const saveTerm = (draft: object) => suite.current.site.terms.save(draft, { viewer: SYSTEM });

  /** What the tallies say against what is there. */
  async function compareCounts(): Promise<void> {
    const { site } = suite.current;
    for (const type of ['post', 'page']) {
      for (const status of ['publish', 'draft', 'trash']) {
        const real = await site.entries.count({ type, status }, SYSTEM, 100_000);
        assert.equal(await site.entries.total(type, status), real, `${type} ${status}`);
      }
    }
  }

  describe('at the same moment', () => {
    test('a page moves and others are put below it: each stands below its new address', async () => {
      for (let round = 0; round < 8; round++) {
        const parent = await save({ title: `Parent ${round}` });
        await save({ title: 'First', parentId: parent.id });
        await Promise.all([
          save({ id: parent.id, slug: `moved-${round}` }),
          ...Array.from({ length: 4 }, (_, index) => save({ title: `Child ${index}`, parentId: parent.id })),
        ]);
        const { items } = await suite.current.site.entries.find({ type: 'page', parent: parent.id, limit: 20 });
        assert.equal(items.length, 5);
        for (const item of items) assert.equal(item.path, `moved-${round}/${item.slug}`);
      }
    });

    test('a page moves while those below it are edited: nothing is lost', async () => {
      for (let round = 0; round < 8; round++) {
        const parent = await save({ title: `Moving ${round}` });
        const child = await save({ title: 'Child', parentId: parent.id });
        const results = await Promise.allSettled([
          save({ id: parent.id, slug: `gone-${round}` }),
          save({ id: child.id, content: '<p>new</p>' }),
        ]);
        const [moved, edited] = results.map((result) => result.status === 'fulfilled');
        const read = await suite.current.site.entries.need(child.id);
        if (moved) assert.equal(read.path, `gone-${round}/child`);
        if (edited) assert.equal(read.content, '<p>new</p>');
        assert.ok(moved || edited);
      }
    });

    test('two pages move below each other: one of them is refused', async () => {
      for (let round = 0; round < 8; round++) {
        const [one, two] = [await save({ title: `One ${round}` }), await save({ title: `Two ${round}` })];
        const results = await Promise.allSettled([
          save({ id: one.id, parentId: two.id }),
          save({ id: two.id, parentId: one.id }),
        ]);
        assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
      }
    });

    test('two terms move below each other: one of them is refused', async () => {
      for (let round = 0; round < 8; round++) {
        const one = await saveTerm({ taxonomy: 'category', name: `Term one ${round}` });
        const two = await saveTerm({ taxonomy: 'category', name: `Term two ${round}` });
        const results = await Promise.allSettled([
          saveTerm({ id: one.id, parentId: two.id }),
          saveTerm({ id: two.id, parentId: one.id }),
        ]);
        assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
      }
    });

    test('different things of one term are changed: all of them stay', async () => {
      const { id } = await saveTerm({ taxonomy: 'category', name: 'Contested' });
      for (let round = 0; round < 8; round++) {
        await Promise.all([
          saveTerm({ id, name: `Name ${round}` }),
          saveTerm({ id, description: `About ${round}` }),
          saveTerm({ id, position: round }),
        ]);
        const term = await suite.current.site.terms.get(id);
        assert.deepEqual([term?.name, term?.description, term?.position], [`Name ${round}`, `About ${round}`, round]);
      }
    });

    test('many publish, trash and count: the counts stay exact beside two that sum them up', async () => {
      const { site } = suite.current;
      let isOver = false;
      const compact = async (): Promise<void> => {
        while (!isOver) {
          await compactTallies(site).catch((error) => assert.equal(error.code, 'GALLEY_DATABASE_CONFLICT'));
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      };
      const compactors = [compact(), compact()];
      await times(WRITERS, async (writer) => {
        for (let index = 0; index < 12; index++) {
          const entry = await save({ type: 'post', title: `Post ${writer} ${index}` });
          if (index % 3 === 0) await site.entries.trash(entry.id, { viewer: SYSTEM });
          if (index % 4 === 0) await save({ id: entry.id, status: 'draft' });
          if (index % 5 === 0) await site.entries.remove(entry.id, { viewer: SYSTEM });
        }
      });
      isOver = true;
      await Promise.all(compactors);
      await compareCounts();
    });

    test('the same entry goes to the trash ten times, and is counted once', async () => {
      const { site } = suite.current;
      const entry = await save({ title: 'Unwanted' });
      await Promise.allSettled(Array.from({ length: 10 }, () => site.entries.trash(entry.id, { viewer: SYSTEM })));
      assert.equal((await site.entries.need(entry.id, SYSTEM)).status, 'trash');
      await compareCounts();
      await times(10, () => site.entries.remove(entry.id, { viewer: SYSTEM }).catch(() => undefined));
      await compareCounts();
    });

    test('several nodes publish what is due: each entry exactly once, and one that cannot be holds nobody up', async () => {
      const { site } = suite.current;
      const ids: number[] = [];
      for (let index = 0; index < 6; index++) {
        const entry = await save({ type: 'post', title: `Due ${index}`, publishedAt: Date.now() + 3_600_000 });
        ids.push(entry.id);
        await site.database
          .write('entries')
          .where({ id: entry.id })
          .update({ published_at: 1000 + index });
      }
      const told: number[] = [];
      const removers = [
        site.hooks.addFilter('entry:saving', (draft) => {
          if (draft.id === ids[0]) throw new Error('This one cannot be published.');
          return draft;
        }),
        site.hooks.addAction('entry:saved', ({ entry }) => {
          if (entry.status === 'publish') told.push(entry.id);
        }),
      ];
      const counts = await times(4, () => site.entries.publishScheduled(SYSTEM));
      for (const remove of removers) remove();
      assert.deepEqual(told.toSorted(), ids.slice(1));
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        5,
      );
      assert.equal((await site.entries.need(ids[0] as number, SYSTEM)).status, 'future');
    });
  });

  test('what comes out of the trash into a taken address takes those below it along', async () => {
    const { site } = suite.current;
    const parent = await save({ title: 'Place' });
    const child = await save({ title: 'Below', parentId: parent.id });
    await site.entries.trash(parent.id, { viewer: SYSTEM });
    await save({ title: 'Place' });
    const restored = await site.entries.restore(parent.id, { viewer: SYSTEM });
    assert.equal(restored.path, 'place-2');
    assert.equal((await site.entries.need(child.id)).path, 'place-2/below');
  });

  test('a term that a save makes is told like any other, once the save counts', async () => {
    const { site } = suite.current;
    const told: string[] = [];
    const remove = site.hooks.addAction('term:saved', ({ term }) => void told.push(term.name));
    const list = (): Promise<string[]> =>
      site.cache.remember('test-tags', { tags: ['taxonomy:post_tag'] }, async () =>
        (await site.terms.list('post_tag')).map((term) => term.name),
      );
    assert.ok(!(await list()).includes('Brand new'));
    await save({ type: 'post', title: 'Tagged', terms: { post_tag: ['Brand new'] } });
    assert.ok((await list()).includes('Brand new'));
    const undone = site.database.transaction(async () => {
      await saveTerm({ taxonomy: 'post_tag', name: 'Never' });
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    remove();
    assert.deepEqual(told, ['Brand new']);
  });
});
