import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ANONYMOUS, SYSTEM } from '../identity/viewer.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';

const body = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const DAY = 86_400_000;
const START = Date.UTC(2020, 0, 1);

forEachSite({ plugins: ['posts'] }, (suite) => {
  const importMany = (drafts: EntryDraft[]): Promise<Entry[]> =>
    suite.current.site.entries.importMany(drafts, { viewer: SYSTEM });
  const importOne = (draft: EntryDraft): Promise<Entry> =>
    suite.current.site.entries.save(draft, { viewer: SYSTEM, isImport: true });

  /** What the store has of some entries, without what differs from one writing to the next. */
  const rowsOf = async (entries: readonly Entry[]): Promise<unknown[]> => {
    const { database } = suite.current.site;
    const rows: unknown[] = [];
    for (const { id } of entries) {
      const {
        id: _,
        uuid: _uuid,
        slug: _slug,
        path: _path,
        created_at: _created,
        modified_at: _modified,
        ...entry
      } = (await database.read('entries').where({ id }).first()) as Record<string, unknown>;
      const terms = await database
        .read('entry_terms')
        .select('term_id', 'taxonomy', 'type', 'status', 'published_at', 'position')
        .where({ entry_id: id })
        .orderBy('term_id');
      const meta = await database.read('entry_meta').select('key', 'value').where({ entry_id: id }).orderBy('id');
      rows.push({ entry, terms, meta });
    }
    return rows;
  };

  describe('many entries at once', () => {
    test('are written as one import after the other writes them', async () => {
      const drafts = Array.from(
        { length: 7 },
        (_, index): EntryDraft => ({
          type: 'post',
          status: index === 3 ? 'draft' : 'publish',
          title: `Import ${index}`,
          content: body(`Words of number ${index} &amp; more.`),
          publishedAt: START + index * DAY,
          terms: { category: ['Imported', `Kind ${index % 2}`], post_tag: ['many'] },
          meta: index === 2 ? { source: ['one', 'two'] } : {},
          sticky: index === 5,
        }),
      );
      const single: Entry[] = [];
      for (const draft of drafts) single.push(await importOne(draft));
      const many = await importMany(drafts);
      assert.deepEqual(await rowsOf(many), await rowsOf(single));
      assert.deepEqual(
        many.map((entry) => entry.slug),
        single.map((entry) => `${entry.slug}-2`),
      );
      const { site } = suite.current;
      assert.deepEqual(await site.entries.get(many[0]?.id ?? 0), many[0]);
      const term = await site.terms.bySlug('category', 'imported');
      assert.equal(
        (await site.entries.counts(`term:${term?.id}`)).reduce((sum, { amount }) => sum + amount, 0),
        14,
      );
      assert.equal((await site.entries.recount()).summaries, 0);
    });

    test('get addresses of their own, also where they all want the same', async () => {
      const entries = await importMany(
        Array.from({ length: 5 }, () => ({ type: 'post', status: 'publish', title: 'Same name' })),
      );
      assert.deepEqual(
        entries.map((entry) => entry.slug),
        ['same-name', 'same-name-2', 'same-name-3', 'same-name-4', 'same-name-5'],
      );
    });

    test('are seen by listeners one by one, after all are stored', async () => {
      const { site } = suite.current;
      const seen: string[] = [];
      const listen = async ({ entry, previous, isImport }: { entry: Entry; previous?: unknown; isImport: boolean }) => {
        if (!entry.title.startsWith('Heard')) return;
        const stored = await site.entries.find({ type: 'post', where: {}, limit: 100 });
        const heard = stored.items.filter(({ title }) => title.startsWith('Heard')).length;
        seen.push(`${entry.title} ${isImport} ${previous === undefined} ${heard}`);
      };
      site.hooks.addAction('entry:saved', listen);
      await importMany(['Heard 1', 'Heard 2'].map((title) => ({ type: 'post', status: 'publish', title })));
      assert.deepEqual(seen, ['Heard 1 true true 2', 'Heard 2 true true 2']);
    });

    test('are all there or none of them', async () => {
      const { site } = suite.current;
      const before = await site.entries.total('post');
      const draft = (title: string): EntryDraft => ({ type: 'post', status: 'publish', title });
      await assert.rejects(importMany([draft('Good'), { ...draft('Bad'), terms: { category: [999_999] } }]), {
        code: 'GALLEY_TERM_UNKNOWN',
      });
      await assert.rejects(importMany([draft('Good'), { ...draft('Known'), id: 1 }]), { code: 'GALLEY_INPUT_INVALID' });
      assert.equal(await site.entries.total('post'), before);
    });

    test('are made only by who may make each of them', async () => {
      const drafts: EntryDraft[] = [{ type: 'post', status: 'publish', title: 'Not mine' }];
      await assert.rejects(suite.current.site.entries.importMany(drafts, { viewer: ANONYMOUS }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
      assert.deepEqual(await importMany([]), []);
    });
  });
});
