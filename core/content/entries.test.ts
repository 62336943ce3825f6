import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ANONYMOUS, SYSTEM } from '../identity/viewer.ts';
import type { Entry } from './entry.ts';

const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;

forEachSite({ onGalera: true, plugins: ['posts'] }, (suite) => {
  const save = (draft: Parameters<typeof suite.current.site.entries.save>[0], version?: number): Promise<Entry> =>
    suite.current.site.entries.save(
      { type: 'post', ...draft },
      { viewer: SYSTEM, ...(version === undefined ? {} : { version }) },
    );

  describe('saving', () => {
    test('a new entry comes back as it was given, with slug, path, stamps and summary', async () => {
      const saved = await save({
        title: 'Zürich &amp; Straße',
        content: paragraph('Some words here.'),
        status: 'publish',
      });
      const read = await suite.current.site.entries.get(saved.id);
      assert.deepEqual(read, saved);
      assert.equal(saved.slug, 'zurich-amp-strasse');
      assert.equal(saved.version, 1);
      assert.equal(saved.summary, 'Some words here.');
      assert.equal(saved.wordCount, 3);
      assert.ok(saved.publishedAt && Math.abs(saved.publishedAt - Date.now()) < 10_000);
    });

    test('the same title gets another slug, also when twenty are saved at once', async () => {
      const saved = await Promise.all(Array.from({ length: 20 }, () => save({ title: 'Race', status: 'publish' })));
      assert.equal(new Set(saved.map((entry) => entry.slug)).size, 20);
    });

    test('a change based on an old version is refused and changes nothing', async () => {
      const first = await save({ title: 'First' });
      await save({ id: first.id, title: 'Second' }, first.version);
      await assert.rejects(save({ id: first.id, title: 'Third' }, first.version), {
        code: 'GALLEY_ENTRY_CONFLICT',
        details: { id: first.id, version: 2 },
      });
      assert.equal((await suite.current.site.entries.get(first.id, SYSTEM))?.title, 'Second');
    });

    test('of many changes based on the same version exactly one wins', async () => {
      const { id, version } = await save({ title: 'Contested' });
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => save({ id, title: `Try ${index}` }, version)),
      );
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    });

    test('what changes under a running save, after it was read, is never written over', async () => {
      const { site } = suite.current;
      const { id } = await save({ title: 'Under way' });
      const remove = site.hooks.addFilter('entry:saving', async (draft) => {
        const changes = { title: 'Faster', version: 2 };
        if (draft.title === 'Slower') await site.database.write('entries').where({ id }).update(changes);
        return draft;
      });
      await assert.rejects(save({ id, title: 'Slower' }), {
        code: 'GALLEY_ENTRY_CONFLICT',
        details: { id, version: 2 },
      });
      remove();
    });

    test('what a filter refuses leaves nothing behind', async () => {
      const { site } = suite.current;
      const remove = site.hooks.addFilter('entry:saving', (draft) => {
        if (draft.title === 'Refused') throw new Error('no');
        return draft;
      });
      const before = await site.entries.total('post', 'draft');
      await assert.rejects(save({ title: 'Refused', terms: { category: ['Never'] } }), { code: 'GALLEY_HOOK_FAILED' });
      remove();
      assert.equal(await site.entries.total('post', 'draft'), before);
      assert.equal(await site.terms.bySlug('category', 'never'), undefined);
    });

    test('a published entry with a date in the future is scheduled, and published when its time has come', async () => {
      const { site } = suite.current;
      const saved = await save({ title: 'Later', status: 'publish', publishedAt: Date.now() + 60_000 });
      assert.equal(saved.status, 'future');
      assert.equal(await site.entries.get(saved.id), undefined);
      await site.database
        .write('entries')
        .where({ id: saved.id })
        .update({ published_at: Date.now() - 1 });
      assert.equal(await site.entries.publishScheduled(SYSTEM), 1);
      assert.equal((await site.entries.get(saved.id))?.status, 'publish');
    });

    test('bad input is refused with what is wrong', async () => {
      await assert.rejects(save({ type: 'psot', title: 'x' }), {
        code: 'GALLEY_TYPE_UNKNOWN',
        message: /Did you mean "post"/,
      });
      await assert.rejects(save({ status: 'gone' as 'draft' }), { code: 'GALLEY_INPUT_INVALID' });
      await assert.rejects(save({ title: 'x'.repeat(3000) }), { code: 'GALLEY_INPUT_INVALID' });
      await assert.rejects(save({ order: 1.5 }), { code: 'GALLEY_INPUT_INVALID' });
      await assert.rejects(save({ terms: { nothing: ['x'] } }), { code: 'GALLEY_TAXONOMY_UNKNOWN' });
    });

    test('HTML is sanitised by the right of who saves', async () => {
      const { site, loginAs } = suite.current;
      const author = await loginAs('author');
      const evil = '<!-- wp:html --><p onclick="x()">a</p><script>alert(1)</script><!-- /wp:html -->';
      const saved = await site.entries.save({ type: 'post', content: evil }, { viewer: author.viewer });
      assert.doesNotMatch(saved.content, /script|onclick/);
      assert.match(saved.content, /<p>a<\/p>/);
      assert.equal((await save({ content: evil })).content, evil);
    });
  });

  describe('rights', () => {
    test('a contributor submits for review but does not publish, and edits only what is his own', async () => {
      const { site, loginAs } = suite.current;
      const { viewer } = await loginAs('contributor');
      const own = await site.entries.save({ type: 'post', title: 'Mine', status: 'pending' }, { viewer });
      assert.equal(own.authorId, viewer.id);
      await assert.rejects(site.entries.save({ id: own.id, status: 'publish' }, { viewer }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
      const foreign = await save({ title: 'Theirs' });
      await assert.rejects(site.entries.save({ id: foreign.id, title: 'Taken' }, { viewer }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
      await assert.rejects(site.entries.trash(foreign.id, { viewer }), { code: 'GALLEY_PERMISSION_DENIED' });
      await assert.rejects(site.entries.save({ type: 'post', title: 'As another', authorId: 99 }, { viewer }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
    });

    test('what is not public is invisible to anonymous visitors in lists, by id and in counts', async () => {
      const { site } = suite.current;
      for (const status of ['draft', 'pending', 'private', 'trash'] as const) {
        const hidden = await save({ title: `Hidden ${status}`, status, slug: `hidden-${status}` });
        assert.equal(await site.entries.get(hidden.id), undefined);
        assert.equal((await site.entries.find({ type: 'post', status: [status], slug: hidden.slug })).items.length, 0);
        assert.equal(await site.entries.count({ type: 'post', ids: [hidden.id], status }), 0);
        assert.ok(await site.entries.get(hidden.id, SYSTEM));
      }
    });

    test('an author sees his own drafts and not those of others', async () => {
      const { site, loginAs } = suite.current;
      const [one, two] = [await loginAs('author'), await loginAs('author')];
      const draft = await site.entries.save({ type: 'post', title: 'Own draft' }, { viewer: one.viewer });
      assert.ok(await site.entries.get(draft.id, one.viewer));
      assert.equal(await site.entries.get(draft.id, two.viewer), undefined);
    });

    test('an attachment is as visible as what it belongs to', async () => {
      const { site } = suite.current;
      if (!site.types.has('attachment'))
        site.types.register('attachment', {
          title: 'Media',
          singular: 'File',
          supports: ['title'],
          capability: 'post',
          public: true,
        });
      const parent = await save({ title: 'Parent', status: 'draft' });
      const file = await save({ type: 'attachment', title: 'A file', status: 'inherit', parentId: parent.id });
      assert.equal(await site.entries.get(file.id), undefined);
      await save({ id: parent.id, status: 'publish' });
      assert.ok(await site.entries.get(file.id));
    });
  });

  describe('trash', () => {
    test('trash, restore and removal keep counts and addresses right', async () => {
      const { site } = suite.current;
      const before = await site.entries.total('post');
      const entry = await save({ title: 'Trash me', status: 'publish', terms: { post_tag: ['Trashy'] } });
      assert.equal(await site.entries.total('post'), before + 1);
      const trashed = await site.entries.trash(entry.id, { viewer: SYSTEM });
      assert.equal(trashed.path, null);
      assert.equal(await site.entries.total('post'), before);
      const again = await save({ title: 'Trash me', status: 'publish' });
      assert.equal(again.slug, 'trash-me');
      const restored = await site.entries.restore(entry.id, { viewer: SYSTEM });
      assert.equal(restored.status, 'publish');
      assert.equal(restored.slug, 'trash-me-2');
      await site.entries.remove(entry.id, { viewer: SYSTEM });
      assert.equal(await site.entries.get(entry.id, SYSTEM), undefined);
      assert.equal(await site.entries.total('post'), before + 1);
    });

    test('removing a page moves those below it up', async () => {
      const { site } = suite.current;
      const parent = await save({ type: 'page', title: 'Above', status: 'publish' });
      const child = await save({ type: 'page', title: 'Below', status: 'publish', parentId: parent.id });
      assert.equal(child.path, 'above/below');
      await site.entries.remove(parent.id, { viewer: SYSTEM });
      assert.equal((await site.entries.get(child.id))?.path, 'below');
    });
  });

  describe('addresses', () => {
    test('moving a page moves all below it, and old addresses lead on', async () => {
      const { site } = suite.current;
      const { loadPermalinks } = await import('./permalinks.ts');
      const top = await save({ type: 'page', title: 'Top', status: 'publish' });
      const middle = await save({ type: 'page', title: 'Middle', status: 'publish', parentId: top.id });
      const leaf = await save({ type: 'page', title: 'Leaf', status: 'publish', parentId: middle.id });
      await save({ id: top.id, slug: 'summit' });
      assert.equal((await site.entries.get(leaf.id))?.path, 'summit/middle/leaf');
      const links = await loadPermalinks(site);
      assert.deepEqual(await links.resolve('top/middle/leaf'), { kind: 'redirect', to: '/summit/middle/leaf/' });
      const found = await links.resolve('summit/middle/leaf');
      assert.equal(found?.kind === 'entry' && found.entry.id, leaf.id);
    });

    test('an entry cannot stand below itself', async () => {
      const page = await save({ type: 'page', title: 'Loop', status: 'publish' });
      const below = await save({ type: 'page', title: 'Loop below', status: 'publish', parentId: page.id });
      await assert.rejects(save({ id: page.id, parentId: below.id }), { code: 'GALLEY_INPUT_INVALID' });
    });

    test('posts have dated addresses in the zone of the site', async () => {
      const { site } = suite.current;
      const { loadPermalinks } = await import('./permalinks.ts');
      await site.options.set('timezone', 'Pacific/Auckland');
      const post = await save({ title: 'New year', status: 'publish', publishedAt: Date.UTC(2019, 11, 31, 12, 0) });
      assert.equal((await loadPermalinks(site)).entry(post), '/2020/01/new-year/');
      await site.options.set('timezone', 'UTC');
      const links = await loadPermalinks(site);
      assert.deepEqual(await links.resolve('2020/01/new-year'), { kind: 'redirect', to: '/2019/12/new-year/' });
      assert.deepEqual(await links.resolve('2019/13'), undefined);
      assert.deepEqual(await links.resolve('nothing/here'), undefined);
    });
  });

  describe('lists', () => {
    test('pages by key and by number give every entry once, newest first', async () => {
      const { site } = suite.current;
      const start = Date.UTC(2001, 0, 1);
      for (let index = 0; index < 45; index++)
        await save({
          title: `Page ${index}`,
          status: 'publish',
          publishedAt: start + Math.floor(index / 2) * 1000,
          terms: { post_tag: ['paged'] },
        });
      const tag = await site.terms.bySlug('post_tag', 'paged');
      assert.ok(tag);
      const query = { type: 'post', term: { taxonomy: 'post_tag', ids: [tag.id] }, limit: 10 };
      const byKey: number[] = [];
      for (
        let after = null as Awaited<ReturnType<typeof site.entries.find>>['next'], first = true;
        first || after;
        first = false
      ) {
        const page = await site.entries.find({ ...query, ...(after ? { after } : {}) });
        byKey.push(...page.items.map((entry) => entry.id));
        after = page.next;
      }
      const byNumber: number[] = [];
      for (let number = 1; number <= 5; number++) {
        const page = await site.entries.page(query, number);
        assert.equal(page.total, 45);
        assert.equal(page.pages, 5);
        byNumber.push(...page.items.map((entry) => entry.id));
      }
      assert.equal(new Set(byKey).size, 45);
      assert.deepEqual(byNumber, byKey);
      assert.deepEqual((await site.entries.page(query, 6)).items, []);
    });

    test('terms, authors, dates and parents restrict a list', async () => {
      const { site, loginAs } = suite.current;
      const author = await loginAs('author');
      await site.entries.save(
        { type: 'post', title: 'By her', status: 'publish', publishedAt: Date.UTC(1999, 4, 6), terms: {} },
        { viewer: author.viewer },
      );
      const titles = async (query: object): Promise<string[]> =>
        (await site.entries.find({ type: 'post', ...query })).items.map((entry) => entry.title);
      assert.deepEqual(await titles({ author: author.viewer.id ?? 0 }), ['By her']);
      assert.deepEqual(await titles({ year: 1999 }), ['By her']);
      assert.deepEqual(await titles({ year: 1999, month: 5, day: 6 }), ['By her']);
      assert.deepEqual(await titles({ year: 1999, month: 6 }), []);
      assert.deepEqual(await titles({ title: 'y he' }), ['By her']);
      assert.deepEqual(await titles({ title: '%' }), []);
      assert.equal((await site.entries.counts(`author:${author.viewer.id}`))[0]?.amount, 1);
    });

    test('indexed fields filter, others are refused', async () => {
      const { site } = suite.current;
      site.types.register('book', {
        title: 'Books',
        singular: 'Book',
        supports: ['title'],
        public: true,
        base: 'book',
        fields: {
          pages: { kind: 'integer', label: 'Pages', index: true, min: 1 },
          isbn: { kind: 'text', label: 'ISBN' },
          genre: { kind: 'select', label: 'Genre', choices: { a: 'A', b: 'B' }, index: true },
          printed: { kind: 'date', label: 'Printed', index: true },
          price: { kind: 'decimal', label: 'Price', index: true },
        },
      });
      await save({
        type: 'book',
        title: 'Short',
        status: 'publish',
        fields: { pages: 90, genre: 'a', printed: '2027-03-12', price: '9.50' },
      });
      await save({
        type: 'book',
        title: 'Long',
        status: 'publish',
        fields: { pages: 900, genre: 'b', printed: '2027-04-01' },
      });
      const titles = async (where: object): Promise<string[]> =>
        (await site.entries.find({ type: 'book', where: where as never })).items.map((entry) => entry.title);
      assert.deepEqual(await titles({ pages: { gt: 100 } }), ['Long']);
      assert.deepEqual(await titles({ genre: 'a', pages: { lte: 90 } }), ['Short']);
      await assert.rejects(titles({ isbn: 'x' }), { code: 'GALLEY_INPUT_INVALID' });
      // As the fields have them: a day and a decimal are texts there.
      assert.deepEqual(await titles({ printed: '2027-03-12' }), ['Short']);
      assert.deepEqual(await titles({ printed: { gte: '2027-03-13', lt: '2027-05-01' } }), ['Long']);
      assert.deepEqual(await titles({ printed: { in: ['2027-04-01', Date.UTC(2027, 2, 12)] } }), ['Long', 'Short']);
      assert.deepEqual(await titles({ price: '9.5' }), ['Short']);
      await assert.rejects(titles({ printed: { lt: 'soon' } }), /"printed" cannot be compared with "soon"/);
      await assert.rejects(titles({ genre: { lt: 'a' } }), /"genre" is a text/);
      await assert.rejects(save({ type: 'book', title: 'Bad', status: 'publish', fields: { pages: 'many' } }), {
        code: 'GALLEY_INPUT_INVALID',
        message: /pages/,
      });
      await assert.rejects(save({ type: 'book', title: 'Bad', status: 'publish', fields: { nothing: 1 } }), {
        code: 'GALLEY_INPUT_INVALID',
        message: /nothing/,
      });
    });
  });

  describe('revisions', () => {
    test('each change of the text is kept and can be restored', async () => {
      const { site } = suite.current;
      const first = await save({ title: 'One', content: paragraph('one') });
      await save({ id: first.id, content: paragraph('two') });
      await save({ id: first.id, sticky: true });
      const revisions = await site.entries.revisions(first.id, SYSTEM);
      assert.deepEqual(
        revisions.map((revision) => revision.content),
        [paragraph('two'), paragraph('two'), paragraph('one')],
        'what stands beside the text is kept too',
      );
      const restored = await site.entries.restoreRevision(first.id, revisions[2]?.id ?? 0, { viewer: SYSTEM });
      assert.equal(restored.content, paragraph('one'));
      assert.equal(restored.sticky, true);
      await assert.rejects(site.entries.revisions(first.id, ANONYMOUS), { code: 'GALLEY_ENTRY_UNKNOWN' });
    });

    test('they hold terms and picture with their names; one part comes back alone; what was imported is kept at its first change', async () => {
      const { site } = suite.current;
      const options = { viewer: SYSTEM, isImport: true };
      const { id } = await site.entries.save(
        { type: 'post', title: 'Imported', content: paragraph('old'), terms: { post_tag: ['red', 'blue'] } },
        options,
      );
      assert.deepEqual(await site.entries.revisions(id, SYSTEM), []);
      await save({ id, title: 'Changed', content: paragraph('new'), terms: { post_tag: ['red'] } });
      const [now, then] = await site.entries.revisions(id, SYSTEM);
      assert.deepEqual([then?.title, then?.version, now?.version], ['Imported', 1, 2]);
      assert.deepEqual(then?.state?.terms.map(({ name }) => name).sort(), ['blue', 'red']);
      assert.equal((await site.entries.revisionAt(id, 1, SYSTEM))?.id, then?.id);
      const blue = await site.terms.bySlug('post_tag', 'blue');
      await site.terms.remove(blue?.id ?? 0, { viewer: SYSTEM });
      const tags = async (): Promise<string[]> =>
        ((await site.terms.ofEntries([id])).get(id) ?? []).map(({ name }) => name).sort();
      const back = await site.entries.restoreRevision(id, then?.id ?? 0, { viewer: SYSTEM, parts: ['terms'] });
      assert.deepEqual([back.title, await tags()], ['Changed', ['blue', 'red']], 'a term that is gone is made again');
      await site.entries.restoreRevision(id, then?.id ?? 0, { viewer: SYSTEM, parts: ['title'] });
      const last = await site.entries.need(id, SYSTEM);
      assert.deepEqual([last.title, last.content], ['Imported', paragraph('new')]);
      await site.options.set('revisions_kept', 2);
      await save({ id, title: 'Last' });
      assert.equal((await site.entries.revisions(id, SYSTEM)).length, 2);
      await site.options.remove('revisions_kept');
    });
  });

  describe('terms', () => {
    test('a tree moves together, knows its counts and refuses circles', async () => {
      const { site } = suite.current;
      const top = await site.terms.save({ taxonomy: 'category', name: 'World' }, { viewer: SYSTEM });
      const low = await site.terms.save({ taxonomy: 'category', name: 'Europe', parentId: top.id }, { viewer: SYSTEM });
      assert.equal(low.path, 'world/europe');
      await save({ title: 'In Europe', status: 'publish', terms: { category: [low.id] } });
      await save({ title: 'Draft in Europe', terms: { category: [low.id] } });
      const [counted] = await site.terms.withCounts([low]);
      assert.equal(counted?.count, 1);
      await site.terms.save({ id: top.id, slug: 'earth' }, { viewer: SYSTEM });
      assert.equal((await site.terms.get(low.id))?.path, 'earth/europe');
      await assert.rejects(site.terms.save({ id: top.id, parentId: low.id }, { viewer: SYSTEM }), {
        code: 'GALLEY_INPUT_INVALID',
      });
      await assert.rejects(
        site.terms.save({ taxonomy: 'category', name: 'Again', slug: 'europe' }, { viewer: SYSTEM }),
        { code: 'GALLEY_TERM_DUPLICATE' },
      );
      await site.terms.remove(top.id, { viewer: SYSTEM });
      assert.equal((await site.terms.get(low.id))?.path, 'europe');
    });

    test('who may not manage terms makes none', async () => {
      const { site, loginAs } = suite.current;
      const { viewer } = await loginAs('contributor');
      await assert.rejects(site.terms.save({ taxonomy: 'category', name: 'Mine' }, { viewer }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
    });
  });

  test('counts stay exact when their rows are summed up', async () => {
    const { site } = suite.current;
    const { compactTallies } = await import('./tallies.ts');
    const before = await site.entries.counts();
    await compactTallies(site);
    const sort = (tallies: typeof before): string[] => tallies.map((tally) => JSON.stringify(tally)).sort();
    assert.deepEqual(sort(await site.entries.counts()), sort(before));
    const rows = (await site.database.read('tallies').count({ amount: '*' }).where({ scope: 'all' })) as {
      amount: number;
    }[];
    assert.ok(Number(rows[0]?.amount) <= before.length + 5);
  });
});
