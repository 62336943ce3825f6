import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ANONYMOUS, SYSTEM, type Viewer } from '../identity/viewer.ts';
import type { Entry } from './entry.ts';
import type { EntryQuery } from './query.ts';

const STATUSES = ['publish', 'draft', 'private', 'trash'] as const;
/** By which index the embedded store finds a few entries among any number. */
const INDEXES: Record<string, RegExp> = {
  ids: /INTEGER PRIMARY KEY/,
  uuid: /USING INDEX entries_uuid/,
  slug: /USING INDEX entries_slug/,
  path: /USING INDEX entries_type_path/,
  parent: /USING INDEX entries_parent/,
  featuredIds: /USING INDEX entries_featured/,
  endsBefore: /USING INDEX entries_ending/,
};

forEachSite({ plugins: ['posts'] }, (suite) => {
  let entries: Entry[] = [];
  let viewers: Viewer[] = [];

  before(async () => {
    const { site } = suite.current;
    viewers = [ANONYMOUS, (await suite.current.loginAs('author')).viewer, SYSTEM];
    const [featured] = await site.entries.importMany([{ type: 'post', title: 'Featured' }], { viewer: SYSTEM });
    entries = await site.entries.importMany(
      ['post', 'page'].flatMap((type) =>
        STATUSES.map((status, index) => ({
          type,
          status,
          title: `${type} ${status}`,
          publishedAt: 1_600_000_000_000 + index,
          unpublishAt: 4_000_000_000_000 + index,
          parentId: type === 'page' ? null : (featured?.id ?? null),
          featuredId: featured?.id ?? null,
        })),
      ),
      { viewer: SYSTEM },
    );
  });

  const queries = (): Record<string, EntryQuery> => ({
    ids: { ids: entries.map(({ id }) => id) },
    uuid: { uuid: entries.map(({ uuid }) => uuid) },
    slug: { slug: entries.map(({ slug }) => slug) },
    path: { path: entries.flatMap(({ path }) => path ?? []) },
    parent: { parent: entries[0]?.parentId ?? -1 },
    featuredIds: { featuredIds: [entries[0]?.featuredId ?? -1] },
    endsBefore: { endsBefore: 4_000_000_000_100 },
  });

  test('entries that are named are those that the viewer may see, of the types and statuses asked for', async () => {
    const titles = async (query: EntryQuery, viewer: Viewer): Promise<string[]> =>
      (await suite.current.site.entries.find({ ...query, order: 'title' }, viewer)).items.map(({ title }) => title);
    const { site } = suite.current;
    for (const [name, query] of Object.entries(queries())) {
      for (const viewer of viewers) {
        const own = name === 'parent' ? ['post'] : ['page', 'post'];
        assert.deepEqual(
          await titles({ ...query, type: ['post', 'page'] }, viewer),
          own.map((type) => `${type} publish`),
          name,
        );
        assert.deepEqual(await titles({ ...query, type: 'post', status: ['publish'] }, viewer), ['post publish'], name);
      }
      const drafts: EntryQuery = { ...query, type: 'post', status: ['draft', 'private', 'publish'] };
      assert.deepEqual(await titles(drafts, ANONYMOUS), ['post publish'], name);
      assert.deepEqual(await titles(drafts, SYSTEM), ['post draft', 'post private', 'post publish'], name);
      assert.equal(await site.entries.count(drafts, SYSTEM), 3, name);
    }
  });

  const skip = suite.kind === 'sqlite' ? false : 'MariaDB chooses by the amounts, which are small here';
  test('the embedded store finds them by that, and not along all of their type', { skip }, async () => {
    const { site } = suite.current;
    for (const [name, query] of Object.entries(queries()))
      for (const type of ['post', ['post', 'page']]) {
        const asked = { ...query, type, body: false, limit: 3 };
        const { queries: run } = await site.database.countQueries(() => site.entries.find(asked));
        const sql = run.map((record) => record.sql).find((text) => text.includes('sort_value')) ?? '';
        const plan = (await site.database.raw(
          `explain query plan ${sql}`,
          Array(sql.split('?').length - 1).fill(1),
        )) as {
          detail: string;
        }[];
        assert.match(plan.map(({ detail }) => detail).join('\n'), INDEXES[name] ?? /./, name);
      }
  });

  test('it does not look among all that have no parent for those of a type', { skip }, async () => {
    const { site } = suite.current;
    const query: EntryQuery = { type: 'page', parent: null, order: 'order', limit: 5, body: false };
    const { queries: run, result } = await site.database.countQueries(() => site.entries.find(query));
    assert.ok(result.items.some(({ title }) => title === 'page publish'));
    const sql = run.map((record) => record.sql).find((text) => text.includes('sort_value')) ?? '';
    const plan = (await site.database.raw(`explain query plan ${sql}`, Array(sql.split('?').length - 1).fill(1))) as {
      detail: string;
    }[];
    assert.doesNotMatch(plan.map(({ detail }) => detail).join('\n'), /entries_parent/);
  });

  test('it finds what has ended by its end', { skip }, async () => {
    const { site } = suite.current;
    const { queries: run } = await site.database.countQueries(() => site.entries.unpublishEnded(SYSTEM));
    const sql = run.map((record) => record.sql).find((text) => text.includes('unpublish_at')) ?? '';
    const plan = (await site.database.raw(`explain query plan ${sql}`, Array(sql.split('?').length - 1).fill(1))) as {
      detail: string;
    }[];
    assert.match(plan.map(({ detail }) => detail).join('\n'), /USING INDEX entries_ending/);
  });
});
