import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { SYSTEM } from '../identity/viewer.ts';
import type { Entry } from './entry.ts';
import type { EntryQuery } from './query.ts';

const DAY = 86_400_000;
const START = Date.UTC(2010, 0, 1);
const AMOUNT = 730;

forEachSite({ plugins: ['posts'] }, (suite) => {
  let termId = 0;
  let other = 0;
  const ids: number[] = [];

  before(async () => {
    const { site } = suite.current;
    termId = (await site.terms.save({ taxonomy: 'category', name: 'All of it' }, { viewer: SYSTEM })).id;
    other = (await site.terms.save({ taxonomy: 'category', name: 'Other' }, { viewer: SYSTEM })).id;
    await site.database.transaction(async () => {
      for (let index = 0; index < AMOUNT; index++) {
        // Many share a moment, so that the id must decide.
        const publishedAt = START + Math.floor(index / 7) * DAY;
        const draft = { type: 'post', title: `No ${index}`, status: 'publish' as const, publishedAt };
        const { id } = await site.entries.save(
          { ...draft, terms: { category: [termId] } },
          { viewer: SYSTEM, isImport: true },
        );
        ids.push(id);
      }
    });
  });

  /** Every page by its number against the slices of the whole list. */
  async function compare(query: EntryQuery, limit: number, pages?: number[]): Promise<void> {
    const { entries } = suite.current.site;
    const { items } = await entries.find({ ...query, limit: 1000, body: false });
    const first = await entries.page({ ...query, limit, body: false }, 1);
    assert.equal(first.total, items.length);
    assert.equal(first.pages, Math.ceil(items.length / limit));
    const wanted = pages ?? Array.from({ length: first.pages }, (_, index) => index + 1);
    for (const page of wanted) {
      const found = await entries.page({ ...query, limit, body: false }, page);
      const slice = items.slice((page - 1) * limit, page * limit);
      assert.deepEqual(
        found.items.map((item) => item.title),
        slice.map((item) => item.title),
        `page ${page} of ${limit} each, ${JSON.stringify(query)}`,
      );
    }
  }

  describe('a page by its number is the slice of the list', () => {
    test('for each page of each size, of a type, an author and a term', async () => {
      for (const limit of [7, 10, 100]) {
        await compare({ type: 'post' }, limit);
        await compare({ type: 'post', term: { taxonomy: 'category', ids: [termId] } }, limit);
      }
    });

    test('whatever the order', async () => {
      await compare({ type: 'post', direction: 'asc' }, 50);
      await compare({ type: 'post', order: 'title' }, 50);
      await compare({ type: 'post', order: 'modified', direction: 'desc' }, 50);
      await compare({ type: 'post', order: 'id', direction: 'asc' }, 50);
    });

    test('after old entries were added, removed and moved', async () => {
      const { site } = suite.current;
      await compare({ type: 'post' }, 50);
      await site.entries.trash(ids[3] as number, { viewer: SYSTEM });
      await compare({ type: 'post' }, 50);
      await site.entries.save(
        { type: 'post', title: 'Back then', status: 'publish', publishedAt: START + 5 },
        { viewer: SYSTEM },
      );
      await compare({ type: 'post' }, 50);
      await site.entries.save({ id: ids[500] as number, publishedAt: START - DAY }, { viewer: SYSTEM });
      await compare({ type: 'post' }, 50);
      await site.entries.remove(ids[3] as number, { viewer: SYSTEM });
      await compare({ type: 'post' }, 50);
    });

    test('after an old entry lost or got its term', async () => {
      const { site } = suite.current;
      const query = { type: 'post', term: { taxonomy: 'category', ids: [termId] } };
      await compare(query, 50);
      await site.entries.save({ id: ids[10] as number, terms: { category: [other] } }, { viewer: SYSTEM });
      await compare(query, 50);
      await site.entries.save({ id: ids[10] as number, terms: { category: [termId] } }, { viewer: SYSTEM });
      await compare(query, 50);
    });

    test('after something was published below something newer, seconds ago', async () => {
      const { site } = suite.current;
      const now = Date.now();
      const at = (publishedAt: number): Promise<Entry> =>
        site.entries.save(
          { type: 'post', title: `At ${publishedAt}`, status: 'publish', publishedAt },
          { viewer: SYSTEM },
        );
      // Fill up to a whole step, so that the newest entry is an anchor itself.
      let total = (await site.entries.page({ type: 'post', limit: 1 }, 1)).total;
      for (; total % 100 !== 0; total++) await at(now - 1000);
      await compare({ type: 'post' }, 10, [40]);
      await at(now - 20_000);
      await compare({ type: 'post' }, 10, [32, 35, 40]);
    });

    test('in a category with those below it, each entry once', async () => {
      const { site } = suite.current;
      await site.entries.save({ id: ids[20] as number, terms: { category: [termId, other] } }, { viewer: SYSTEM });
      await compare({ type: 'post', term: { taxonomy: 'category', ids: [termId, other] } }, 50);
    });
  });

  test('cursors lead through all entries, also through those without a date', async () => {
    const { site } = suite.current;
    const drafts = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        site.entries.save(
          { type: 'page', title: `Draft ${index}`, ...(index < 4 ? { publishedAt: START } : {}) },
          { viewer: SYSTEM },
        ),
      ),
    );
    for (const direction of ['asc', 'desc'] as const) {
      const query = { type: 'page', status: 'draft', direction, body: false } as const;
      const whole = (await site.entries.find({ ...query, limit: 100 }, SYSTEM)).items.map((item) => item.id);
      const seen: number[] = [];
      for (let page = await site.entries.find({ ...query, limit: 2 }, SYSTEM); ; ) {
        seen.push(...page.items.map((item) => item.id));
        if (!page.next) break;
        page = await site.entries.find({ ...query, limit: 2, after: page.next }, SYSTEM);
      }
      assert.ok(
        drafts.every((draft) => seen.includes(draft.id)),
        direction,
      );
      assert.deepEqual(seen, whole);
    }
  });

  test('attachments are counted too', async () => {
    const { site } = suite.current;
    site.types.register('attachment', {
      title: 'Media',
      singular: 'File',
      supports: ['title'],
      capability: 'post',
      public: true,
    });
    for (let index = 0; index < 3; index++)
      await site.entries.save({ type: 'attachment', status: 'inherit', title: `File ${index}` }, { viewer: SYSTEM });
    const page = await site.entries.page({ type: 'attachment', limit: 2 }, 2);
    assert.deepEqual([page.total, page.pages, page.items.length], [3, 2, 1]);
  });

  test('thousands of entries are read by id', async () => {
    const { entries } = suite.current.site;
    const many = [...ids, ...Array.from({ length: 40_000 }, (_, index) => 1_000_000 + index), ids.at(-1) ?? 0];
    const found = await entries.getMany(many.toReversed(), SYSTEM);
    assert.equal(found.size, ids.length - 1, 'all but the one that was removed');
  });

  test('page numbers and sizes that make no sense give no page, not an error', async () => {
    const { entries } = suite.current.site;
    for (const page of [0, -1, 999_999, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER])
      assert.deepEqual((await entries.page({ type: 'post', limit: 10 }, page)).items, [], String(page));
    assert.ok(Number.isFinite((await entries.page({ type: 'post', limit: 0 }, 1)).pages));
  });
});
