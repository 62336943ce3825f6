import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { scratchFolder } from '../../test/support/mariadb.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { HookEngine } from '../kernel/hooks.ts';
import { isGalleyError } from '../lib/errors.ts';
import { Migrations } from './migrations.ts';
import { belongsTo, diffModel, hasMany, hasOne, MODEL_HOOKS, type Model, Models, manyToMany } from './models.ts';
import { uuidV7 } from './uuid.ts';

const AUTHOR = {
  fields: {
    name: { kind: 'string', maxLength: 100 },
    email: { kind: 'email', null: true, unique: true },
    slug: { kind: 'slug', unique: true },
    rank: { kind: 'integer', default: 1, min: 0, max: 10 },
    born: { kind: 'date', null: true },
  },
  relations: {
    books: hasMany('book', 'authorId', '-pages'),
    profile: hasOne<{ motto: string }>('profile', 'authorId'),
  },
} as const;

const BOOK = {
  fields: {
    title: { kind: 'string', index: true },
    authorId: { kind: 'reference', to: 'author', null: true, onDelete: 'cascade' },
    pages: { kind: 'integer', default: 0 },
    price: { kind: 'decimal', scale: 2, default: '0.00' },
    weight: { kind: 'number', null: true },
    views: { kind: 'bigint', default: 0n },
    state: { kind: 'enum', choices: ['draft', 'sold'], default: 'draft', index: true },
    inPrint: { kind: 'boolean', default: true },
    facts: { kind: 'json', null: true },
    released: { kind: 'datetime', null: true, index: true },
    opens: { kind: 'time', null: true },
    length: { kind: 'duration', null: true },
    cover: { kind: 'image', null: true },
    bytes: { kind: 'binary', null: true, maxLength: 1_000 },
    home: { kind: 'url', null: true },
    blurb: { kind: 'text', default: '', blank: true },
  },
  indexes: [{ fields: ['authorId', 'title'], unique: true }],
  versioned: true,
  relations: {
    author: belongsTo<{ id: number; name: string }>('author', 'authorId'),
    tags: manyToMany('tag', { through: 'book_tags', from: 'book_id', to: 'tag_id', toUuid: true }),
  },
  validate: (row: Readonly<Record<string, unknown>>) =>
    row['title'] === 'Forbidden' ? { title: 'is forbidden' } : undefined,
} as const;

const TAG = { key: 'uuid', timestamps: false, fields: { label: { kind: 'string' } } } as const;
const PROFILE = {
  fields: {
    authorId: { kind: 'reference', to: 'author', unique: true, onDelete: 'cascade' },
    motto: { kind: 'string', blank: true },
  },
} as const;

forEachStore((store) => {
  let folder = '';
  let hooks: HookEngine;
  let models: Models;
  let authors: Model<typeof AUTHOR>;
  let books: Model<typeof BOOK>;
  let tags: Model<typeof TAG>;
  let profiles: Model<typeof PROFILE>;
  let migrations: Migrations;

  before(async () => {
    folder = await mkdtemp(join(scratchFolder(), 'galley-models-'));
    hooks = new HookEngine();
    for (const [name, definition] of Object.entries(MODEL_HOOKS)) hooks.define(name, definition);
    migrations = new Migrations({ database: store.database });
    models = new Models({ database: store.database, hooks, migrations }).ownedBy('library');
    authors = models.define('author', AUTHOR);
    books = models.define('book', BOOK);
    tags = models.define('tag', TAG);
    profiles = models.define('profile', PROFILE);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const invalid = (pattern: RegExp) => (error: unknown) =>
    isGalleyError(error, 'GALLEY_MODEL_INVALID') && pattern.test(error.message);
  const titles = (page: { items: { title: string }[] }): string[] => page.items.map((book) => book.title);

  test('the migration that a definition asks for is written, runs, and is written once', async () => {
    const path = await models.makeMigration('library', folder, 'create library');
    assert.match(path ?? '', /\d{14}_create_library\.ts$/);
    assert.match(await readFile(path ?? '', 'utf8'), /import type \{ MigrationContext \} from 'galley'/);
    assert.equal((await migrations.up()).length, 1);
    assert.equal(await models.makeMigration('library', folder), undefined);
    assert.deepEqual(
      (await store.database.check()).filter((problem) => problem.table !== undefined),
      [],
    );
  });

  test('a row comes back with the value and the type of every field', async () => {
    const author = await authors.create({ name: 'Ann', slug: 'ann', email: 'ann@example.org', born: '1980-02-29' });
    const made = await books.create({
      title: 'All kinds',
      authorId: author.id,
      price: '-12.5',
      weight: 0.25,
      views: 9_007_199_254_740_993n,
      facts: { a: [1, null] },
      released: Date.UTC(2040, 0, 1),
      opens: '09:30:00',
      length: 90_000,
      cover: 'covers/one.webp',
      bytes: new Uint8Array([0, 255]),
      home: 'https://example.org/a?b=c',
    });
    const read = await books.find(made.id);
    assert.deepEqual(read, made);
    assert.equal(read?.price, '-12.50');
    assert.equal(read?.views, 9_007_199_254_740_993n);
    assert.deepEqual(read?.facts, { a: [1, null] });
    assert.deepEqual([read?.inPrint, read?.state, read?.version, read?.blurb], [true, 'draft', 1, '']);
    assert.deepEqual([...(read?.bytes ?? [])], [0, 255]);
    assert.ok((read?.createdAt ?? 0) > Date.now() - 60_000);
    const [tag, other] = [await tags.create({ label: 'x' }), await tags.create({ label: 'y' })];
    assert.match(tag.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.deepEqual(
      (await tags.list()).items.map(({ id }) => id),
      [tag.id, other.id].sort(),
    );
  });

  test('what is wrong is told by field, all at once', async () => {
    const attempt = authors.create({ name: '', slug: 'Not A Slug', email: 'nobody', rank: 11, born: '2026-02-30' });
    await assert.rejects(attempt, (error: unknown) => {
      assert.ok(isGalleyError(error, 'GALLEY_MODEL_INVALID'));
      assert.equal(error.status, 400);
      const { fields } = error.details as { fields: Record<string, string> };
      assert.deepEqual(Object.keys(fields).sort(), ['born', 'email', 'name', 'rank', 'slug']);
      assert.equal(fields['name'], 'must not be empty');
      assert.equal(fields['email'], 'must be a valid email');
      assert.equal(fields['rank'], 'must be <= 10');
      return true;
    });
  });

  for (const [what, values, pattern] of [
    ['a missing field', { slug: 'x' }, /name must be given/],
    ['an unknown field', { name: 'a', slug: 'a', nmae: 'b' }, /no field "nmae".*name/],
    ['a number for a text', { name: 5, slug: 'a' }, /name must be string/],
    ['a text for a number', { name: 'a', slug: 'a', rank: '5' }, /rank must be integer/],
    ['an object for a text', { name: { $gt: '' }, slug: 'a' }, /name must be string/],
    ['null where it may not be', { name: null, slug: 'a' }, /name must be given/],
    ['a slug that is not in NFC', { name: 'a', slug: 'u\u0308' }, /slug must be in Unicode form NFC/],
    ['a line break in a line', { name: 'a\nb', slug: 'a' }, /name must match/],
    ['a text that is too long', { name: 'x'.repeat(101), slug: 'a' }, /name must NOT have more than 100/],
  ] as const) {
    test(`${what} is refused`, async () => {
      await assert.rejects(authors.create(values as never), invalid(pattern));
    });
  }

  for (const [field, value] of [
    ['price', '1.234'],
    ['price', 'abc'],
    ['views', 2n ** 63n],
    ['views', 5],
    ['state', 'lost'],
    ['opens', '25:00:00'],
    ['home', 'javascript:alert(1)'],
    ['cover', '../etc/passwd'],
    ['cover', '/etc/passwd'],
    ['bytes', new Uint8Array(1_001)],
    ['inPrint', 1],
    ['released', 1.5],
    ['length', -1],
    ['authorId', 0],
  ] as const) {
    test(`${field} does not take ${typeof value === 'object' ? 'too many bytes' : String(value)}`, async () => {
      await assert.rejects(books.create({ title: 'x', [field]: value } as never), invalid(new RegExp(field)));
    });
  }

  test('a model can check its rows as a whole', async () => {
    await assert.rejects(books.create({ title: 'Forbidden' }), invalid(/title is forbidden/));
  });

  test('a unique value, also over several fields, is taken once', async () => {
    const { id } = await authors.create({ name: 'Twin', slug: 'twin' });
    await assert.rejects(authors.create({ name: 'Twin', slug: 'twin' }), (error) =>
      isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE'),
    );
    await books.create({ title: 'Same', authorId: id });
    await assert.rejects(books.create({ title: 'Same', authorId: id }), (error) =>
      isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE'),
    );
  });

  test('conditions find what they say', async () => {
    const { id } = await authors.create({ name: 'Finder', slug: 'finder' });
    const day = Date.UTC(2026, 4, 17);
    const rows = [
      { title: 'F Äpfel 100%', pages: 10, price: '9.99', released: day },
      { title: 'F apfel 100', pages: 20, price: '10.00', released: day + 86_400_000, weight: 1 },
      { title: 'F Birne_x', pages: 30, price: '100.10', state: 'sold', inPrint: false },
    ] as const;
    for (const row of rows) await books.create({ ...row, authorId: id });
    const find = async (where: NonNullable<Parameters<typeof books.list>[0]>['where']): Promise<number[]> =>
      (await books.list({ where: { and: [{ authorId: id }, where ?? {}] }, orderBy: ['pages'] })).items.map(
        (book) => book.pages,
      );
    assert.deepEqual(await find({ title: 'F apfel 100' }), [20]);
    assert.deepEqual(await find({ title: { ne: 'F apfel 100' } }), [10, 30]);
    assert.deepEqual(await find({ pages: { gt: 10, lte: 30 } }), [20, 30]);
    assert.deepEqual(await find({ price: { gte: '10.00', lt: '100.10' } }), [20], 'decimals compare as numbers');
    assert.deepEqual(await find({ pages: { in: [10, 30, 99] } }), [10, 30]);
    assert.deepEqual(await find({ pages: { in: [] } }), []);
    assert.deepEqual(await find({ weight: { notIn: [1] } }), [10, 30], 'also rows without a value');
    assert.deepEqual(await find({ weight: { ne: 1 } }), [10, 30]);
    assert.deepEqual(await find({ pages: { between: [10, 20] } }), [10, 20]);
    assert.deepEqual(await find({ weight: null }), [10, 30]);
    assert.deepEqual(await find({ weight: { null: false } }), [20]);
    assert.deepEqual(await find({ title: { contains: '100%' } }), [10]);
    assert.deepEqual(await find({ title: { contains: 'äpfel' } }), []);
    assert.deepEqual(await find({ title: { icontains: 'apfel' } }), [10, 20]);
    assert.deepEqual(await find({ title: { startsWith: 'F B' } }), [30]);
    assert.deepEqual(await find({ title: { endsWith: '_x' } }), [30]);
    assert.deepEqual(await find({ title: { regex: '^F [a-z]' } }), [20]);
    assert.deepEqual(await find({ released: { year: 2026, month: 5, day: 18 } }), [20]);
    assert.deepEqual(await find({ inPrint: false }), [30]);
    assert.deepEqual(await find({ state: 'sold' }), [30]);
    assert.deepEqual(await find({ or: [{ pages: 10 }, { state: 'sold' }] }), [10, 30]);
    assert.deepEqual(await find({ not: { or: [{ pages: 10 }, { state: 'sold' }] } }), [20]);
    assert.equal((await authors.list({ where: { born: { year: 1980, month: 2, day: 29 } } })).items.length, 1);
  });

  for (const [what, where, pattern] of [
    ['an unknown field', { titel: 'x' }, /no field "titel".*title/],
    ['an unknown comparison', { title: { like: '%' } }, /no comparison "like"/],
    ['an object as value', { title: { eq: { a: 1 } } }, /"title" must be a string/],
    ['a list as value', { title: ['a'] }, /"title" must be a string/],
    ['a text for a number', { pages: '1 OR 1=1' }, /"pages" must be a number/],
    ['a number for a text', { title: 0 }, /"title" must be a string/],
    ['too many values', { pages: { in: Array.from({ length: 1_001 }, (_, n) => n) } }, /at most 1000/],
    ['JSON', { facts: 'x' }, /is JSON/],
    ['a part of a text that is a date', { title: { year: 2026 } }, /is no date/],
    ['prototype pollution', JSON.parse('{"__proto__":{"x":1},"constructor":1}'), /no field/],
  ] as const) {
    test(`a condition with ${what} is refused`, async () => {
      await assert.rejects(books.list({ where: where as never }), invalid(pattern));
    });
  }

  test('pages follow each other by key, in any order, also over nulls and equal values', async () => {
    const { id } = await authors.create({ name: 'Pager', slug: 'pager' });
    const weights = [null, 1, 1, 2, null, 3, 1];
    for (const [index, weight] of weights.entries())
      await books.create({ title: `P${index}`, authorId: id, weight, pages: index % 2 });
    for (const orderBy of [
      ['weight'],
      ['-weight'],
      ['pages', '-weight'],
      ['-pages', 'weight', '-title'],
      ['-id'],
      ['title'],
    ] as const) {
      const whole = titles(await books.list({ where: { authorId: id }, orderBy }));
      const paged: string[] = [];
      let next: string | undefined;
      do {
        const page = await books.list({ where: { authorId: id }, orderBy, limit: 2, after: next });
        paged.push(...titles(page));
        next = page.next;
      } while (next !== undefined);
      assert.equal(whole.length, 7);
      assert.deepEqual(paged, whole, orderBy.join());
    }
  });

  test('a cursor that was tampered with is refused', async () => {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const after of ['x', '', encode({}), encode([]), encode([{ a: 1 }]), encode(['1', '2']), encode([null])]) {
      await assert.rejects(books.list({ after }), invalid(/cursor/), after);
    }
  });

  test('the number of rows is bounded', async () => {
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN])
      await assert.rejects(books.list({ limit }), invalid(/1 to 1000/));
    await tags.createMany(Array.from({ length: 60 }, (_, index) => ({ label: `many ${index}` })));
    assert.equal((await tags.list()).items.length, 50);
  });

  test('related rows are loaded by one query a relation, whatever their number', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 5; n++) {
      const { id } = await authors.create({ name: `Rel ${n}`, slug: `rel-${n}` });
      ids.push(id);
      await profiles.create({ authorId: id, motto: `motto ${n}` });
      for (let m = 0; m < 3; m++) {
        const book = await books.create({ title: `R${n}${m}`, authorId: id, pages: m });
        const tag = await tags.create({ label: `tag ${n}${m}` });
        const second = await tags.create({ label: `second ${n}${m}` });
        await books.relate(book.id, 'tags', [second.id, tag.id, second.id]);
      }
    }
    const { result, queries } = await store.database.countQueries(() =>
      authors.list({ where: { id: { in: ids } }, with: ['books.tags', 'books.author', 'profile'] }),
    );
    assert.equal(queries.length, 5, queries.map((query) => query.sql).join('\n'));
    const last = result.items[4];
    const own = last?.books as { title: string; tags: { label: string }[]; author: { name: string } }[];
    assert.deepEqual(
      own.map((book) => book.title),
      ['R42', 'R41', 'R40'],
      'sorted as the relation says',
    );
    assert.deepEqual(
      own[0]?.tags.map((tag) => tag.label),
      ['second 42', 'tag 42'],
      'in the order in which they were tied',
    );
    assert.equal(own[0]?.author.name, 'Rel 4');
    assert.equal(last?.profile?.motto, 'motto 4');
    await assert.rejects(authors.list({ with: ['bokos'] }), invalid(/no relation "bokos".*books/));
    const alone = await books.create({ title: 'Alone' });
    const loaded = await books.find(alone.id, { with: ['author', 'tags'] });
    assert.deepEqual([loaded?.author, loaded?.tags], [null, []]);
  });

  test('counts, sums and groups', async () => {
    const { id } = await authors.create({ name: 'Sums', slug: 'sums' });
    const none = { authorId: id, title: 'nothing' };
    assert.deepEqual(
      [
        await books.count(none),
        await books.exists(none),
        await books.sum('pages', none),
        await books.avg('pages', none),
        await books.max('pages', none),
      ],
      [0, false, 0, null, null],
    );
    const rows = [
      ['0.10', 'draft', 1],
      ['0.20', 'sold', 2],
      ['99.99', 'sold', 6],
    ] as const;
    for (const [price, state, pages] of rows)
      await books.create({ title: `S${price}`, authorId: id, price, state, pages, views: 2n ** 60n });
    const own = { authorId: id };
    assert.equal(await books.count(own), 3);
    assert.equal(await books.exists(own), true);
    assert.equal(await books.sum('price', own), '100.29', 'exact');
    assert.equal(await books.sum('views', own), 3n * 2n ** 60n);
    assert.equal(await books.avg('pages', own), 3);
    assert.deepEqual([await books.min('price', own), await books.max('title', own)], ['0.10', 'S99.99']);
    assert.deepEqual(await books.group('state', { where: own, sum: 'price' }), [
      { value: 'sold', count: 2, sum: 100.19 },
      { value: 'draft', count: 1, sum: 0.1 },
    ]);
  });

  test('a change touches only what it names, and the version grows', async () => {
    const made = await books.create({ title: 'Change', pages: 1 });
    const changed = await books.update(made.id, { pages: 2, title: undefined });
    assert.deepEqual([changed.title, changed.pages, changed.version], ['Change', 2, 2]);
    assert.deepEqual(await books.find(made.id), changed);
    await assert.rejects(books.update(made.id, { pages: 1.5 }), invalid(/pages/));
    await assert.rejects(books.update(999_999, { pages: 1 }), (error) => isGalleyError(error, 'GALLEY_ENTRY_UNKNOWN'));
  });

  test('who saves what is based on an old version gets a conflict', async () => {
    const made = await books.create({ title: 'Versions' });
    await books.update(made.id, { pages: 5 }, { version: 1 });
    await assert.rejects(books.update(made.id, { pages: 6 }, { version: 1 }), (error) =>
      isGalleyError(error, 'GALLEY_DATABASE_CONFLICT'),
    );
    await assert.rejects(books.remove(made.id, { version: 1 }), (error) =>
      isGalleyError(error, 'GALLEY_DATABASE_CONFLICT'),
    );
    assert.equal((await books.find(made.id))?.pages, 5);
    assert.equal(await books.remove(made.id, { version: 2 }), true);
    assert.equal(await books.remove(made.id), false);
  });

  test('of two changes at once none is lost', async () => {
    const made = await authors.create({ name: 'Both', slug: 'both' });
    await Promise.all([authors.update(made.id, { name: 'Both changed' }), authors.update(made.id, { rank: 7 })]);
    const read = await authors.find(made.id);
    assert.deepEqual([read?.name, read?.rank], ['Both changed', 7]);
  });

  test('many rows are made, changed and removed by a few statements', async () => {
    const { result, queries } = await store.database.countQueries(() =>
      books.createMany(Array.from({ length: 1_500 }, (_, n) => ({ title: `M${n}`, pages: n }))),
    );
    assert.equal(result, 1_500);
    assert.ok(queries.length <= 6, `${queries.length} statements`);
    assert.equal(await books.updateMany({ title: { startsWith: 'M' }, pages: { gte: 1_400 } }, { state: 'sold' }), 100);
    assert.equal((await books.findBy({ title: 'M1400' }))?.version, 2);
    let seen = 0;
    for await (const book of books.iterate({ where: { title: { startsWith: 'M' } } })) seen += book.pages >= 0 ? 1 : 0;
    assert.equal(seen, 1_500);
    assert.equal(await books.removeMany({ title: { startsWith: 'M' } }), 1_500);
    await assert.rejects(books.updateMany({}, { state: 'lost' } as never), invalid(/state/));
    await assert.rejects(books.createMany([{ title: 'ok' }, { title: '' }]), invalid(/title/));
    assert.equal(await books.exists({ title: 'ok' }), false);
  });

  test('hooks can change and refuse a row before it is written, and hear of it after the commit', async () => {
    const seen: string[] = [];
    const removers = [
      hooks.addFilter('model:saving', (row, { model, previous }) => {
        if (row['title'] === 'Refused') throw Object.assign(new Error('no'), { code: 'X' });
        return model === 'book' && !previous ? { ...row, blurb: 'from the filter' } : row;
      }),
      hooks.addAction(
        'model:saved',
        ({ model, row, previous }) =>
          void seen.push(
            `${model} ${row?.['title']} ${previous ? 'changed' : 'made'} ${store.database.isInTransaction}`,
          ),
      ),
      hooks.addFilter('model:removing', (event) => event),
      hooks.addAction('model:removed', ({ previous }) => void seen.push(`removed ${previous?.['title']}`)),
    ];
    const made = await books.create({ title: 'Hooked' });
    assert.equal(made.blurb, 'from the filter');
    await books.update(made.id, { pages: 3 });
    await assert.rejects(books.create({ title: 'Refused' }));
    const undone = store.database.transaction(async () => {
      await books.create({ title: 'Undone' });
      throw new Error('undo');
    });
    await assert.rejects(undone, /undo/);
    await books.remove(made.id);
    for (const remove of removers) remove();
    assert.deepEqual(seen, ['book Hooked made false', 'book Hooked changed false', 'removed Hooked']);
  });

  test('hooks hear after the commit which rows a row is tied to now, and only of a change', async () => {
    const seen: unknown[] = [];
    const remove = hooks.addAction(
      'model:related',
      ({ model, id, relation, related, added, removed }) =>
        void seen.push([model, id, relation, related, added, removed, store.database.isInTransaction]),
    );
    const book = await books.create({ title: 'Tied' });
    const [one, two] = [await tags.create({ label: 'one' }), await tags.create({ label: 'two' })];
    await books.relate(book.id, 'tags', []);
    await books.relate(book.id, 'tags', [one.id, two.id, one.id]);
    await books.relate(book.id, 'tags', [one.id, two.id]);
    await books.relate(book.id, 'tags', [two.id, one.id]);
    const undone = store.database.transaction(async () => {
      await books.relate(book.id, 'tags', []);
      throw new Error('undo');
    });
    await assert.rejects(undone, /undo/);
    await books.relate(book.id, 'tags', [two.id]);
    await books.remove(book.id);
    remove();
    const [a, b] = [one.id, two.id];
    assert.deepEqual(seen, [
      ['book', book.id, 'tags', [a, b], [a, b], [], false],
      ['book', book.id, 'tags', [b, a], [], [], false],
      ['book', book.id, 'tags', [b], [], [a], false],
    ]);
  });

  test('removing a row unties its pairs and takes along what belongs to it', async () => {
    const author = await authors.create({ name: 'Gone', slug: 'gone' });
    const book = await books.create({ title: 'Gone too', authorId: author.id });
    const tag = await tags.create({ label: 'stays' });
    await books.relate(book.id, 'tags', [tag.id]);
    await books.remove(book.id);
    assert.equal((await store.database.read('book_tags').where({ tag_id: tag.id })).length, 0);
    await books.create({ title: 'Gone too', authorId: author.id });
    await authors.remove(author.id);
    assert.equal(await books.count({ authorId: author.id }), 0);
  });

  test('statements of a model are attributed to its owner', async () => {
    const { queries } = await store.database.countQueries(() => books.count());
    assert.deepEqual(
      queries.map((query) => query.owner),
      ['library'],
    );
  });

  test('a changed definition becomes the next migration, which keeps the rows and goes back', async () => {
    const kept = await books.create({ title: 'Kept', weight: 2.5 });
    const { state: _, weight: __, ...fields } = BOOK.fields;
    const later = new Models({ database: store.database, migrations }).ownedBy('library');
    for (const [name, definition] of [
      ['author', AUTHOR],
      ['tag', TAG],
      ['profile', PROFILE],
    ] as const)
      later.define(name, definition);
    const next = later.define('book', {
      ...BOOK,
      fields: {
        ...fields,
        mass: { kind: 'number', null: true, renamedFrom: 'weight' },
        shelf: { kind: 'string', index: true, blank: true },
        stock: { kind: 'integer' },
        title: { kind: 'string', maxLength: 120, index: true },
      },
    });
    const path = await later.makeMigration('library', folder);
    const source = await readFile(path ?? '', 'utf8');
    assert.match(source, /renameColumn\('books', 'weight', 'mass'\)/);
    assert.equal((await migrations.up()).length, 1);
    const read = await next.find(kept.id);
    assert.deepEqual([read?.title, read?.mass, read?.shelf, read?.stock], ['Kept', 2.5, '', 0]);
    assert.equal(await store.database.schema().hasColumn('books', 'state'), false);
    await assert.rejects(
      store.database.write('books').where({ id: kept.id }).update({ shelf: null }),
      'the new column is required',
    );
    assert.equal(await later.makeMigration('library', folder), undefined);
    await migrations.down();
    const back = await books.find(kept.id);
    assert.deepEqual([back?.title, back?.weight, back?.state], ['Kept', 2.5, '']);
    await migrations.down();
    assert.equal(await store.database.schema().hasTable('books'), false);
    assert.equal(await store.database.schema().hasTable('book_tags'), false);
  });

  test('a definition that makes no sense is refused by name', () => {
    const define = (definition: object) => () => models.define('broken', definition as never);
    assert.throws(define({ fields: { a: { kind: 'strnig' } } }), /unknown kind "strnig".*string/);
    assert.throws(define({ fields: { id: { kind: 'string' } } }), /field "id"/);
    assert.throws(define({ fields: { or: { kind: 'string' } } }), /field "or"/);
    assert.throws(define({ fields: { 'a b': { kind: 'string' } } }), /field "a b"/);
    assert.throws(define({ fields: { a: { kind: 'enum' } } }), /without choices/);
    assert.throws(define({ fields: { a: { kind: 'reference' } } }), /to which model/);
    assert.throws(define({ fields: { a: { kind: 'json', index: true } } }), /too long/);
    assert.throws(define({ fields: {}, table: 'x; drop' }), /table "x; drop"/);
    assert.throws(define({ fields: { a: { kind: 'string' } }, indexes: [{ fields: ['b'] }] }), /no field "b"/);
    assert.throws(() => models.define('author', { fields: {} }), /already/);
  });

  test('types follow the definition', () => {
    const check = async (): Promise<void> => {
      const book = await books.create({ title: 'typed' });
      const title: string = book.title;
      const views: bigint = book.views;
      const state: 'draft' | 'sold' = book.state;
      const weight: number | null = book.weight;
      const version: number = book.version;
      const tag: string = (await tags.create({ label: title })).id;
      // @ts-expect-error the title is required
      await books.create({});
      // @ts-expect-error there is no such choice
      await books.create({ title: 'x', state: 'lost' });
      // @ts-expect-error there is no such field
      await books.list({ where: { titel: 'x' } });
      // @ts-expect-error pages are numbers
      await books.list({ where: { pages: { gt: '1' } } });
      // @ts-expect-error there is no such order
      await books.list({ orderBy: ['-titel'] });
      // @ts-expect-error texts cannot be added up
      await books.sum('title');
      // @ts-expect-error the key of a tag is a text
      await tags.find(5);
      // @ts-expect-error a tag has no time stamps
      (await tags.find(tag))?.createdAt;
      assert.ok([views, state, weight, version]);
    };
    assert.equal(typeof check, 'function');
  });
});

test('a difference is source text, and none when nothing changed', () => {
  const first = diffModel('orderItem', { fields: { code: { kind: 'string', unique: true } } });
  assert.match(first.up[0] ?? '', /createTable\('order_items'[\s\S]*bigIncrements[\s\S]*order_items_code_unique/);
  assert.deepEqual(first.down, ["await schema.dropTable('order_items');"]);
  assert.deepEqual(
    diffModel('orderItem', { fields: { code: { kind: 'string', unique: true } } }, first.snapshot).up,
    [],
  );
  const second = diffModel('orderItem', { fields: { code: { kind: 'string' } } }, first.snapshot);
  assert.match(second.up.join(), /dropIndex[\s\S]*alter\(\)/);
});

test('keys made later sort behind those made before', () => {
  const keys = Array.from({ length: 50 }, (_, index) => uuidV7(1_700_000_000_000 + index));
  assert.deepEqual(keys.toSorted(), keys);
  assert.match(keys[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
