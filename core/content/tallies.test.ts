import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { recount } from './recount.ts';
import { dateRange, zonedParts, zonedTime } from './time-zone.ts';

forEachSite({ onGalera: true, plugins: ['posts'] }, (suite) => {
  const save = (draft: object) =>
    suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });
  const months = async (): Promise<Record<number, number>> => {
    const tallies = (await suite.current.site.entries.counts()).filter(
      (tally) => tally.type === 'post' && tally.status === 'publish',
    );
    return Object.fromEntries(tallies.map(({ month, amount }) => [month, amount]));
  };
  const setZone = (zone: string) => suite.current.site.options.set('timezone', zone);

  afterEach(() => setZone('UTC'));

  test('totals stay exact although the zone changes and months with it; a recount puts the months right', async () => {
    const { site } = suite.current;
    const evening = Date.UTC(2015, 0, 31, 23, 30);
    const [one] = [
      await save({ title: 'One', publishedAt: evening }),
      await save({ title: 'Two', publishedAt: evening }),
    ];
    const before = await site.entries.total('post');
    assert.equal((await months())[201501], 2);
    await setZone('Asia/Tokyo');
    await site.entries.trash(one.id, { viewer: SYSTEM });
    assert.equal(await site.entries.total('post'), before - 1);
    assert.ok(Object.values(await months()).every((amount) => amount > 0));
    await recount(site);
    assert.equal(await site.entries.total('post'), before - 1);
    assert.deepEqual([(await months())[201501], (await months())[201502]], [undefined, 1]);
    const found = await site.entries.find({ type: 'post', year: 2015, month: 2 });
    assert.deepEqual(
      found.items.map((entry) => entry.title),
      ['Two'],
    );
  });

  test('a recount mends counts and summaries, beside people who write', async () => {
    const { site } = suite.current;
    const term = await site.terms.save({ taxonomy: 'category', name: 'Counted' }, { viewer: SYSTEM });
    const { id } = await save({ title: 'Words', content: '<p>three small words</p>', terms: { category: [term.id] } });
    await site.database.write('tallies').where('id', '>', 0).delete();
    await site.database.write('entries').where({ id }).update({ summary: '', word_count: 0 });
    const writing = Array.from({ length: 10 }, (_, index) =>
      save({ title: `Meanwhile ${index}`, terms: { category: [term.id] } }),
    );
    await Promise.all([recount(site), ...writing]);
    const real = await site.entries.count({ type: 'post' }, SYSTEM, 10_000);
    assert.equal(await site.entries.total('post'), real);
    assert.equal((await site.terms.withCounts([term]))[0]?.count, 11);
    const entry = await site.entries.need(id);
    assert.deepEqual([entry.summary, entry.wordCount], ['three small words', 3]);
  });

  test('times that no calendar shows and numbers that no column holds are refused', async () => {
    for (const draft of [
      { publishedAt: 9e15 },
      { publishedAt: -9e14 },
      { order: 2 ** 40 },
      { commentStatus: 'sometimes' },
      { pingStatus: 'sometimes and long' },
    ])
      await assert.rejects(save({ title: 'Odd', ...draft }), { code: 'GALLEY_INPUT_INVALID' }, JSON.stringify(draft));
    for (const publishedAt of [Date.UTC(1066, 9, 14), Date.UTC(1969, 11, 31)]) {
      const { id } = await save({ title: 'Old', publishedAt });
      assert.equal((await suite.current.site.entries.need(id)).publishedAt, publishedAt);
      const year = new Date(publishedAt).getUTCFullYear();
      assert.equal((await suite.current.inject({ url: `/${year}/` })).statusCode, 200);
    }
    assert.equal((await save({ title: 'Far', publishedAt: Date.UTC(2150, 0, 1) })).status, 'future');
  });

  test('any text comes back as it was', async () => {
    const { site } = suite.current;
    const texts = ['a\u0000b', '👩‍👩‍👧‍👦 𝒳', 'שלום \u202eabc', '\u00a0 ', 'ﷺ', 'ẞ', 'x'.repeat(400)];
    for (const text of texts) {
      const saved = await save({ title: 'Any', status: 'draft', meta: { text }, password: text.slice(0, 200) });
      const read = await site.entries.need(saved.id, SYSTEM);
      assert.deepEqual(read, saved);
      assert.equal((await site.meta.of('entry', [saved.id])).get(saved.id)?.['text']?.[0], text);
    }
    const long = await Promise.all([1, 2, 3].map(() => save({ slug: 'é'.repeat(400), title: '👍'.repeat(900) })));
    assert.equal(new Set(long.map((entry) => entry.path)).size, 3);
    assert.ok(long.every((entry) => entry.slug.length <= 200));
  });
});

test('a day is a day of its zone, also where clocks are put forward at midnight or skip a day', () => {
  for (const [zone, year, month, day, hours] of [
    ['America/Sao_Paulo', 2018, 11, 4, 23],
    ['Europe/Berlin', 2026, 10, 25, 25],
    ['Asia/Beirut', 2021, 3, 28, 23],
    ['Australia/Lord_Howe', 2026, 4, 5, 24.5],
    ['UTC', 2026, 2, 28, 24],
  ] as const) {
    const { from, to } = dateRange(zone, year, month, day);
    assert.equal((to - from) / 3_600_000, hours, zone);
    assert.equal(zonedParts(from, zone).day, day, zone);
    assert.notEqual(zonedParts(from - 1, zone).day, day, zone);
    assert.equal(dateRange(zone, year, month, day - 1).to, from, zone);
  }
  assert.equal(zonedTime('UTC', { year: 1970, month: 1 }), 0);
});
