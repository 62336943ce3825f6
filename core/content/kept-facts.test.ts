import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { SYSTEM } from '../identity/viewer.ts';

const viewer = SYSTEM;

forEachSite({ plugins: ['posts'] }, (suite) => {
  const site = () => suite.current.site;

  describe('what is kept between requests', () => {
    test('follows every change of how many entries a type, a term and an author have', async () => {
      const { user } = await suite.current.loginAs('author');
      const term = await site().terms.save({ taxonomy: 'category', name: 'Counted' }, { viewer });
      const total = async (query: object): Promise<number> =>
        (await site().entries.page({ type: 'post', limit: 5, ...query }, 1)).total;
      const base = await total({});
      const check = async (all: number, inTerm: number, ofAuthor: number, what: string): Promise<void> => {
        const totals = [
          (await total({})) - base,
          await total({ term: { taxonomy: 'category', ids: [term.id] } }),
          await total({ author: user.id }),
        ];
        assert.deepEqual(totals, [all, inTerm, ofAuthor], what);
      };
      await check(0, 0, 0, 'nothing yet');
      const terms = { category: [term.id] };
      const { id } = await site().entries.save({ type: 'post', title: 'One', terms, authorId: user.id }, { viewer });
      await check(0, 0, 0, 'a draft');
      await site().entries.save({ id, status: 'publish' }, { viewer });
      await check(1, 1, 1, 'published');
      await site().entries.importMany([{ type: 'post', title: 'Two', status: 'publish', terms }], { viewer });
      await check(2, 2, 1, 'imported');
      await site().entries.save({ id, terms: { category: [] } }, { viewer });
      await check(2, 1, 1, 'without the term');
      await site().entries.save({ id, authorId: null }, { viewer });
      await check(2, 1, 0, 'of nobody');
      await site().entries.save({ id, terms, authorId: user.id, publishedAt: Date.now() + 3_600_000 }, { viewer });
      await check(1, 1, 0, 'scheduled');
      await site().entries.save({ id, publishedAt: 1_600_000_000_000, status: 'publish' }, { viewer });
      await check(2, 2, 1, 'published again');
      await site().entries.trash(id, { viewer });
      await check(1, 1, 0, 'in the trash');
      await site().entries.restore(id, { viewer });
      await check(2, 2, 1, 'out of it');
      await site().entries.remove(id, { viewer });
      await check(1, 1, 0, 'gone');
    });

    test('follows every change of the terms that a page shows', async () => {
      const save = (name: string) => site().terms.save({ taxonomy: 'post_tag', name }, { viewer });
      const [first, second] = [await save('First'), await save('Second')];
      const draft = { type: 'post', title: 'Tagged', status: 'publish', terms: { post_tag: [first.id] } } as const;
      const entry = await site().entries.save(draft, { viewer });
      const shown = async (): Promise<string> => {
        const [presented] = await site().entries.present([entry]);
        return (presented?.terms['post_tag'] ?? []).map(({ name }) => name).join();
      };
      assert.equal(await shown(), 'First');
      await site().entries.save({ id: entry.id, terms: { post_tag: [first.id, second.id] } }, { viewer });
      assert.equal(await shown(), 'First,Second');
      await site().terms.save({ id: first.id, name: 'Renamed' }, { viewer });
      assert.equal(await shown(), 'Renamed,Second');
      const third = await save('Third');
      await site().terms.merge(second.id, third.id, { viewer });
      assert.equal(await shown(), 'Renamed,Third');
      await site().terms.remove(first.id, { viewer });
      assert.equal(await shown(), 'Third');
      await site().database.transaction(async () => {
        await site().entries.save({ id: entry.id, terms: { post_tag: [] } }, { viewer });
        assert.equal(await shown(), '', 'also within the transaction');
      });
      assert.equal(await shown(), '');
    });
  });
});
