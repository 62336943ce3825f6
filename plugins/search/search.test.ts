import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { highlight, passage } from './highlight.ts';
import { IndexQueue } from './index-queue.ts';
import { Search } from './search.ts';
import { SearchIndex } from './search-index.ts';

const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;

forEachSite({ plugins: ['posts', 'blocks', 'search'] }, (suite) => {
  const publish = async (title: string, text: string, more: object = {}): Promise<number> => {
    const entry = await suite.current.site.entries.save(
      { type: 'post', title, content: paragraph(text), status: 'publish', ...more },
      { viewer: SYSTEM },
    );
    return entry.id;
  };
  const find = async (query: string): Promise<string[]> =>
    (await suite.current.site.services.use('search').find({ query })).entries.map((entry) => entry.title);

  test('all words must be there, case and accents do not count, a word in the title counts more', async () => {
    await publish('Something else', 'A signal handler in the body, with plenty of other words around it.');
    await publish('Signal handler', 'Short.');
    await publish('Signal only', 'No such thing.');
    await publish('Übergröße', 'Ein Café in Zürich.');
    assert.deepEqual(await find('SIGNAL handler'), ['Signal handler', 'Something else']);
    assert.deepEqual(await find('zurich cafe'), ['Übergröße']);
    assert.deepEqual(await find('nothingofthekind'), []);
  });

  test('phrases, exclusions and beginnings are understood', async () => {
    await publish('Phrase', 'the quick brown fox');
    await publish('No phrase', 'brown and quick, a fox');
    assert.deepEqual(await find('"quick brown"'), ['Phrase']);
    assert.deepEqual(await find('fox -phrase'), []);
    assert.deepEqual((await find('quic*')).sort(), ['No phrase', 'Phrase']);
  });

  test('a search that takes the server too long is ended, and says so to visitor and script', async (context) => {
    if (suite.kind === 'sqlite') return context.skip('SQLite works within the process and cannot be told to end.');
    const { site, inject } = suite.current;
    await publish('Halted', 'Hidden behind a lock.');
    await site.services.use('search').find({ query: 'anything' });
    const ask = async (url: string) => {
      const { statusCode, body, headers } = await inject({ url });
      return { statusCode, body, kept: headers['cache-control'] };
    };
    // Nobody reads the table while it is locked: the statement waits, as one does that has too much to read.
    const [page, words] = await site.database.transaction(async () => {
      await site.database.raw('lock tables search_documents write');
      try {
        const from = performance.now();
        const pages = await site.database.outside(() => Promise.all([ask('/?s=halted'), ask('/search.json?s=halted')]));
        const took = performance.now() - from;
        assert.ok(took > 1500 && took < 25_000, `${took} ms`); // The lock alone would be waited for a minute.
        return pages;
      } finally {
        await site.database.raw('unlock tables');
      }
    });
    assert.deepEqual([page?.statusCode, words?.statusCode], [200, 200]);
    assert.match(page?.body ?? '', /The search took too long\./);
    assert.match(words?.body ?? '', /"status":"The search took too long\."/);
    for (const { kept } of [page, words].flatMap((answer) => answer ?? [])) assert.match(String(kept), /no-store/);
    // For a minute it is not tried again, and after that it is.
    assert.match((await ask('/?s=halted')).body, /took too long/);
    await site.cache.invalidate(['search']);
    assert.deepEqual(await find('halted'), ['Halted']);
    assert.match((await ask('/?s=halted')).body, /Halted/);
  });

  test('scripts without blanks are found within a sentence', async () => {
    await publish('日本語', '私は毎日新聞を読みます。');
    assert.deepEqual(await find('新聞'), ['日本語']);
  });

  test('no input is an error, and none reaches the store as syntax', async () => {
    for (const query of [
      '',
      '   ',
      '"',
      '((',
      '@~<>*',
      '+-',
      "'; drop table entries; --",
      '%',
      '\\',
      'a'.repeat(3000),
      '"unclosed phrase',
      '\u0000',
      'NEAR(a b)',
      '{title}: x',
    ]) {
      assert.ok(Array.isArray(await find(query)), query.slice(0, 40));
      const reply = await suite.current.inject({ url: `/?s=${encodeURIComponent(query)}` });
      assert.equal(reply.statusCode, 200, query.slice(0, 40));
    }
  });

  test('what is not public is not found, nor what was taken back or deleted', async () => {
    const { site } = suite.current;
    await publish('Secret draft', 'zebrafish', { status: 'draft' });
    await publish('Secret private', 'zebrafish', { status: 'private' });
    await publish('Secret password', 'zebrafish', { password: 'x' });
    const shown = await publish('Open', 'zebrafish');
    assert.deepEqual(await find('zebrafish'), ['Open']);
    await site.entries.save({ id: shown, status: 'draft' }, { viewer: SYSTEM });
    assert.deepEqual(await find('zebrafish'), []);
    await site.entries.save({ id: shown, status: 'publish' }, { viewer: SYSTEM });
    assert.deepEqual(await find('zebrafish'), ['Open']);
    await site.entries.trash(shown, { viewer: SYSTEM });
    assert.deepEqual(await find('zebrafish'), []);
  });

  test('reindexing finds what was stored past the index', async () => {
    const { site } = suite.current;
    await publish('Lost', 'wolverine');
    await site.database.write('search_documents').delete();
    await site.cache.invalidate(['search']);
    assert.deepEqual(await find('wolverine'), []);
    for await (const _ of site.services.use('search').index.reindex()) void _;
    assert.deepEqual(await find('wolverine'), ['Lost']);
  });

  test('a word that is everywhere finds the newest, and does not hide the telling one', async () => {
    const { site } = suite.current;
    for (let index = 0; index < 120; index++) await publish(`Filler ${index}`, `everywhere filler${index}`);
    await site.cache.invalidate(['search']);
    assert.equal((await find('everywhere'))[0], 'Filler 119');
    await publish('Everywhere', 'everywhere, by its title');
    await publish('Filler 120', 'everywhere filler');
    assert.deepEqual((await find('everywhere')).slice(0, 3), ['Everywhere', 'Filler 120', 'Filler 119']);
    assert.deepEqual((await find('filler everywhere')).slice(0, 1), ['Filler 120'], 'both in any of the texts');
    assert.deepEqual(await find('everywhere filler7'), ['Filler 7']);
  });

  test('words that are everywhere are found with others, left out and by their beginning, short ones and stop words too', async () => {
    const { site } = suite.current;
    for (let index = 0; index < 120; index++)
      await publish(
        `Plenty ${index}`,
        `from it plentiful ${index === 60 ? 'okapi' : 'zebra'} ${index < 3 ? 'kudu' : ''}`,
      );
    await publish('Without', 'okapi kudu');
    await site.cache.invalidate(['search']);
    assert.deepEqual(await find('from it okapi'), ['Plenty 60']);
    assert.deepEqual(await find('kudu -from'), ['Without']);
    assert.deepEqual((await find('kudu plentif*')).toSorted(), ['Plenty 0', 'Plenty 1', 'Plenty 2']);
    assert.deepEqual(await find('it plentiful -plenty'), []);
    const { total } = await site.services.use('search').find({ query: 'plentif* from' });
    assert.equal(total, 120);
    const pages = await site.services.use('search').find({ query: 'okapi from', types: ['page'] });
    assert.deepEqual([pages.total, pages.entries], [0, []]);
    const { dialect } = site.database;
    const { frequentWord } = dialect;
    try {
      Object.assign(dialect, { frequentWord: 50 });
      const index = new SearchIndex(site);
      const search = new Search(site, index, new IndexQueue(site, index));
      const { entries } = await search.find({ query: 'from okapi it' });
      assert.deepEqual(
        entries.map(({ title }) => title),
        ['Plenty 60'],
        'too frequent to be searched by, they decide between what the others found',
      );
    } finally {
      Object.assign(dialect, { frequentWord });
    }
  });

  test('the page escapes what was typed and marks what was found', async () => {
    await publish('Marked <em>words</em>', 'a platypus here');
    const reply = await suite.current.inject({ url: `/?s=${encodeURIComponent('platypus"><script>x</script>')}` });
    assert.doesNotMatch(reply.body, /<script>x/);
    const plain = await suite.current.inject({ url: '/?s=platypus' });
    assert.match(plain.body, /<mark>platypus<\/mark>/);
    assert.match(plain.body, /noindex/);
  });
});

forEachSite({ plugins: ['posts', 'blocks', 'search'] }, (suite) => {
  interface Suggestions {
    items: { title: string; about: string; url: string }[];
    status: string;
    all: { title: string; url: string };
  }
  const publish = (title: string, more: object = {}): Promise<unknown> =>
    suite.current.site.entries.save(
      { type: 'post', title, content: paragraph('Some text.'), status: 'publish', ...more },
      { viewer: SYSTEM },
    );
  const suggest = async (words: string): Promise<Suggestions> => {
    const reply = await suite.current.inject({ url: `/search.json?s=${encodeURIComponent(words)}` });
    assert.equal(reply.statusCode, 200, words);
    return JSON.parse(reply.body);
  };
  const titles = async (words: string): Promise<string[]> => (await suggest(words)).items.map(({ title }) => title);

  test('while somebody types, the last word may be the beginning of one once it says something', async () => {
    await publish('Xylographic presses');
    await publish('Xylographers of Mainz');
    assert.deepEqual((await titles('xylog')).sort(), ['Xylographers of Mainz', 'Xylographic presses']);
    assert.deepEqual(await titles('xylographic pres'), ['Xylographic presses']);
    assert.deepEqual(await titles('xylographic zz'), ['Xylographic presses'], 'two letters wait for the third');
    assert.deepEqual(await titles('xylog '), [], 'the word is complete');
    assert.deepEqual(await titles('xy'), []);
    assert.deepEqual(await titles(''), []);
    const { items, status, all } = await suggest('mainz & co');
    assert.deepEqual([items.length, status], [1, 'One found']);
    assert.match(items[0]?.about ?? '', /^Post · /);
    assert.deepEqual(all, { title: 'All results for “mainz & co”', url: '/?s=mainz%20%26%20co' });
  });

  test('nobody is offered what he may not read, and what is published is offered at once', async () => {
    await publish('Quokka in a drawer', { status: 'draft' });
    await publish('Quokka among friends', { status: 'private' });
    await publish('Quokka with a key', { password: 'x' });
    assert.deepEqual(await titles('quokka'), []);
    await publish('Quokka outside');
    assert.deepEqual(await titles('quokka'), ['Quokka outside'], 'the kept answer is gone');
  });

  test('at most six are offered, and no input is an error', async () => {
    for (let number = 0; number < 9; number++) await publish(`Numbat ${number}`);
    const { items, status } = await suggest('numb');
    assert.deepEqual([items.length, status], [6, '9 found']);
    for (const words of ['"', '-', '*', '%', '((', 'a'.repeat(200), '\u0000']) await suggest(words);
    for (const url of ['/search.json', `/search.json?s=${'a'.repeat(201)}`])
      assert.equal((await suite.current.inject({ url })).statusCode, 400, url);
  });

  test('an engine from elsewhere answers, and learns that the words are not complete', async () => {
    const { site } = suite.current;
    const asked: unknown[] = [];
    const remove = site.hooks.addResponder('search:querying', ({ query, isUnfinished }) => {
      asked.push([query, isUnfinished]);
      return query === 'elsewhe' ? { entries: [], total: 7, isCapped: false, words: [] } : undefined;
    });
    const { status } = await suggest('elsewhe');
    remove();
    assert.deepEqual([status, asked], ['7 found', [['elsewhe', true]]]);
  });

  test('the page of results finds by a beginning where whole words find nothing', async () => {
    await publish('Wombats everywhere');
    assert.match((await suite.current.inject({ url: '/?s=womb' })).body, /Wombats everywhere/);
  });
});

describe('highlighting', () => {
  test('escapes the text, marks whole words whatever their accents', () => {
    assert.equal(highlight('<b>Café</b> cafeteria', ['cafe']), '&lt;b&gt;<mark>Café</mark>&lt;/b&gt; cafeteria');
  });

  test('shows the passage around the first word', () => {
    const text = `${'before '.repeat(60)}needle ${'after '.repeat(60)}`;
    assert.match(passage(text, ['needle']), /^… .*needle.* …$/);
    assert.equal(passage('short', ['needle']), 'short');
  });
});
