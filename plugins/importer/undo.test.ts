import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Entry, type Site, STATUSES, SYSTEM, type Term } from 'galley';
import sharp from 'sharp';
import { forEachSite } from '../../test/support/sites.ts';
import { emptySite } from './fixtures/snapshot.ts';
import { undoImport } from './undo.ts';
import type { UndoReport } from './undo-report.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'menus', 'media', 'importer'];

forEachSite({ plugins: PLUGINS, config: { jobs: { enabled: false } } }, (suite) => {
  let uploads: string;
  let runs = 0;
  const site = (): Site => suite.current.site;

  before(async () => {
    uploads = mkdtempSync(join(tmpdir(), 'galley-undo-'));
    mkdirSync(join(uploads, '2019/04'), { recursive: true });
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a30' } });
    writeFileSync(join(uploads, '2019/04/press.jpg'), await picture.jpeg().toBuffer());
    await emptySite(site());
  });
  after(() => rmSync(uploads, { recursive: true, force: true }));

  async function bringIn(): Promise<string> {
    const mark = `test:${++runs}`;
    await site().services.use('importer').run(FIXTURE, { media: uploads }, { viewer: SYSTEM, mark });
    return mark;
  }
  const undo = (run: string, dryRun = false): Promise<UndoReport> =>
    undoImport(site(), { run, viewer: SYSTEM, dryRun });
  const numbers = ({ rows }: UndoReport): Record<string, [number, number]> =>
    Object.fromEntries(rows.map(({ kind, gone, left }) => [kind, [gone, left]]));
  const reasons = ({ notes }: UndoReport): Record<string, string> =>
    Object.fromEntries(notes.map(({ kind, what, reason }) => [`${kind}: ${what}`, reason]));

  async function entry(type: string, slug: string): Promise<Entry> {
    const query = { type, slug, status: STATUSES.filter((status) => status !== 'trash') };
    const found = await site().entries.findOne(query, SYSTEM);
    assert.ok(found, `${type} ${slug} is there`);
    return found;
  }
  async function term(taxonomy: string, slug: string): Promise<Term> {
    const found = await site().terms.bySlug(taxonomy, slug);
    assert.ok(found, `${taxonomy} ${slug} is there`);
    return found;
  }
  /** All that there is besides the trash. */
  async function living(): Promise<object> {
    const { entries, terms, users, types, taxonomies } = site();
    const query = { type: types.names(), status: STATUSES.filter((name) => name !== 'trash'), limit: 1000 } as const;
    return {
      entries: (await entries.find(query, SYSTEM)).items.map(({ id }) => id).sort(),
      terms: (await Promise.all(taxonomies.names().map((name) => terms.list(name))))
        .flat()
        .map(({ id }) => id)
        .sort(),
      users: (await users.list({ limit: 100 }, SYSTEM)).map(({ id }) => id).sort(),
    };
  }

  test('all that an import made goes to the trash, what would go is told before, and it can come in again', async () => {
    const before = await living();
    const run = await bringIn();
    const there = await living();
    const trial = await undo(run, true);
    assert.deepEqual(await living(), there, 'nothing has happened yet');
    assert.deepEqual(trial.notes, []);
    const { Posts, Pages, Media, Menus, Categories, Tags, People } = numbers(trial);
    assert.deepEqual(
      [Posts, Pages, Media, Menus, Categories, Tags, People],
      [
        [4, 0],
        [2, 0],
        [2, 0],
        [1, 0],
        [3, 0],
        [1, 0],
        [2, 0],
      ],
      'what lay in the trash of the old site lies there already',
    );
    const done = await undo(run);
    assert.deepEqual(numbers(done), numbers(trial));
    assert.deepEqual(await living(), before);
    assert.deepEqual((await undo(run)).rows, [], 'once');
    const kinds = new Set((await site().trash.list(SYSTEM)).items.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ['menu', 'term', 'user'], 'all of it can come back');
    const again = await bringIn();
    assert.deepEqual(numbers(await undo(again, true)), numbers(trial), 'it came in anew, as it did before');
    await undo(again);
    assert.deepEqual(await living(), before);
  });

  test('what came in is known as soon as it is there, so that whatever stops an import leaves nothing out', async () => {
    const mark = `test:${++runs}`;
    const { hooks, database, services } = site();
    const known: Record<string, boolean[]> = { entry: [], term: [], comment: [], user: [] };
    const look = async (kind: string, id: number): Promise<void> => {
      const row = await database.write('import_made').where({ run: mark, kind, local_id: id }).first();
      known[kind]?.push(row !== undefined);
    };
    // The first moment after the commit.
    const first = { priority: 1 };
    const remove = [
      hooks.addAction('entry:saved', ({ entry, previous }) => (previous ? undefined : look('entry', entry.id)), first),
      hooks.addAction('term:saved', ({ term }) => look('term', term.id), first),
      hooks.addAction('comment:saved', ({ comment }) => look('comment', comment.id), first),
      hooks.addAction('user:saved', ({ user }) => look('user', user.id), first),
    ];
    await services.use('importer').run(FIXTURE, { media: uploads }, { viewer: SYSTEM, mark });
    for (const each of remove) each();
    for (const [kind, all] of Object.entries(known)) assert.ok(all.length > 0 && all.every(Boolean), kind);
    await undo(mark);
  });

  test('what somebody changed since stays with all that it uses, and so does what others use', async () => {
    const run = await bringIn();
    const { entries, terms, users, services } = site();
    const hello = await entry('post', 'hello-printers');
    await entries.save({ id: hello.id, title: 'Mine by now' }, { viewer: SYSTEM });
    const [press, page] = [await entry('attachment', 'press'), await entry('page', 'about')];
    const ink = await term('post_tag', 'ink');
    const grace = await users.findByLogin('grace');
    const mine = await entries.save(
      {
        type: 'post',
        title: 'Of this site',
        status: 'publish',
        terms: { post_tag: [ink.id] },
        featuredId: press.id,
        authorId: grace?.id ?? 0,
      },
      { viewer: SYSTEM },
    );
    await entries.save({ type: 'page', title: 'Below', status: 'publish', parentId: page.id }, { viewer: SYSTEM });
    const menu = await term('nav_menu', 'main-menu');
    await terms.save({ id: menu.id, name: 'Another name' }, { viewer: SYSTEM });

    const trial = await undo(run, true);
    const told = reasons(trial);
    assert.equal(told['Posts: Mine by now'], 'It was changed since.');
    assert.equal(told['Pages: About'], 'Something that stays stands below it.');
    assert.equal(told['Media: press'], 'Something that stays uses it.');
    assert.equal(told['Tags: Ink'], 'Something that stays uses it.');
    assert.equal(told['Menus: Another name'], 'It was changed since.');
    assert.equal(told['People: Grace'], 'Something of this person stays.');
    const done = await undo(run);
    assert.deepEqual(numbers(done), numbers(trial));
    assert.deepEqual(reasons(done), told);
    assert.equal((await entries.need(hello.id, SYSTEM)).title, 'Mine by now');
    assert.equal((await entries.need(press.id, SYSTEM)).status, 'inherit');
    const kept = await entries.need(mine.id, SYSTEM);
    assert.deepEqual([kept.status, kept.authorId], ['publish', grace?.id]);
    assert.deepEqual(
      (await terms.ofEntries([mine.id])).get(mine.id)?.map(({ name }) => name),
      ['Ink'],
    );
    const comments = await services.use('comments').list({ entryId: hello.id }, SYSTEM);
    assert.ok(
      comments.every(({ status }) => status === 'trash'),
      'comments that came in with it go by themselves',
    );
    assert.equal(told['Categories: Woodcuts & engravings'], 'Something that stays uses it.');
    assert.equal(told['Categories: Prints'], 'Something that stays stands below it.');
    assert.equal(told['Pages: Pressroom'], 'A menu leads to it.');
    assert.equal(told['Menu items: Shop'], 'It stands in a menu that stays.');
  });

  test('what stays is found among however many come in', async () => {
    const { entries, services } = site();
    const run = `test:${++runs}`;
    const above = await services.use('importer').made.remember(run, async () => {
      const top = await entries.save({ type: 'page', title: 'Many', status: 'publish' as const }, { viewer: SYSTEM });
      const draft = (number: number) => ({
        type: 'page',
        title: `One of many ${number}`,
        status: 'publish' as const,
        parentId: top.id,
      });
      await entries.importMany(
        Array.from({ length: 1001 }, (_, number) => draft(number)),
        { viewer: SYSTEM },
      );
      return top;
    });
    const own = { type: 'page', title: 'Mine', status: 'publish' as const, publishedAt: 1, parentId: above.id };
    await entries.save(own, { viewer: SYSTEM, isImport: true });
    const trial = await undo(run, true);
    assert.deepEqual(numbers(trial), { Pages: [1001, 1] });
    assert.deepEqual(reasons(trial), { 'Pages: Many': 'Something that stays stands below it.' });
  });

  test('nobody takes an import back who may not import', async () => {
    const viewer = { ...SYSTEM, can: (capability: string) => capability !== 'import' };
    await assert.rejects(undoImport(site(), { run: 'test:1', viewer, dryRun: true }), {
      code: 'GALLEY_PERMISSION_DENIED',
    });
  });
});
