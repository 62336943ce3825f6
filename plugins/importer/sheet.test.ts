import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM, type Viewer } from 'galley';
import { Browser, linksOf, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { changeCells, readChanges } from './sheet-changes.ts';
import { runSheet, type SheetResult, sheetContext } from './sheet-import.ts';
import { guessKey, guessMap, type SheetPlan } from './sheet-map.ts';
import { headingsOf, readSheet } from './sheet-reader.ts';
import { needTarget } from './sheet-target.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-sheet-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const { cells } of readSheet(path)) rows.push(cells);
  return rows;
}

test('CSV is read with any separator, quotes, marks and encodings of spreadsheets; a guarded formula is itself again', async () => {
  const quoted = await fileOf('quoted.csv', '\uFEFFTitle,Text\r\n"Say ""hi""","two\nlines"\r\n\'=1+1,\'quoted\r\n');
  assert.deepEqual(await rowsOf(quoted), [
    { Title: 'Say "hi"', Text: 'two\nlines' },
    { Title: '=1+1', Text: "'quoted" },
  ]);
  const old = await fileOf('old.csv', Buffer.from('Name;Ort\nJ\xfcrgen;K\xf6ln\n', 'latin1'));
  assert.deepEqual(await rowsOf(old), [{ Name: 'Jürgen', Ort: 'Köln' }]);
  const twice = await fileOf('twice.tsv', 'A\tA\t\n1\t2\t3\n');
  assert.deepEqual(await rowsOf(twice), [{ A: '1', 'A (2)': '2', '#3': '3' }]);
});

test('JSON is read object by object, as a list or one on each line; what is none is refused', async () => {
  const list = await fileOf('list.json', '[\n{"a": "}]", "b": [1, {"c": "\\""}]},\n{"a": null}\n]\n');
  assert.deepEqual(await rowsOf(list), [{ a: '}]', b: [1, { c: '"' }] }, { a: null }]);
  assert.deepEqual(await rowsOf(await fileOf('lines.jsonl', '{"a":1}\n{"a":2}\n')), [{ a: 1 }, { a: 2 }]);
  await assert.rejects(rowsOf(await fileOf('cut.json', '[{"a": 1}, {"a":')), { code: 'GALLEY_INPUT_INVALID' });
  await assert.rejects(rowsOf(await fileOf('numbers.json', '[1, 2]')), { code: 'GALLEY_INPUT_INVALID' });
});

test('XML is read row by row: elements and attributes, several of one name as a list; a whole site or a document type is refused', async () => {
  const rows = await fileOf(
    'rows.xml',
    '<?xml version="1.0"?><rows><row id="7"><title>A &amp; B</title><tag>x</tag><tag>y</tag><list><i>1</i><i>2</i></list><empty/></row><row><title><![CDATA[<b>]]></title><at><lat>1</lat></at></row></rows>',
  );
  assert.deepEqual(await rowsOf(rows), [
    { id: '7', title: 'A & B', tag: ['x', 'y'], list: ['1', '2'], empty: '' },
    { title: '<b>', at: { lat: '1' } },
  ]);
  for (const [name, text] of [
    ['cut.xml', '<rows><row><a>1</a></row><row>'],
    ['site.xml', '<rss version="2.0"><channel><item/></channel></rss>'],
    ['bomb.xml', '<!DOCTYPE r [<!ENTITY a "b">]><r><row>&a;</row></r>'],
    ['deep.xml', '<a>'.repeat(60)],
  ] as const)
    await assert.rejects(rowsOf(await fileOf(name, text)), { code: 'GALLEY_INPUT_INVALID' }, name);
});

test('the first sheet of a workbook comes in: shared and own words, numbers, dates and gaps; what is none is refused', async () => {
  const sheet =
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Sum</t></is></c></row>' +
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>46380.75</v></c><c r="C2"><f>1+1</f><v>2.5</v></c></row>' +
    '<row r="4"><c r="B4" s="1"><v>46380</v></c><c r="C4" t="b"><v>1</v></c></row></sheetData></worksheet>';
  const part = (name: string, text: string): [string, string] => [name, text];
  const parts = [
    part(
      'xl/workbook.xml',
      '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="3" r:id="rId7"/></sheets></workbook>',
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      '<Relationships><Relationship Id="rId7" Target="worksheets/first.xml"/></Relationships>',
    ),
    part(
      'xl/sharedStrings.xml',
      '<sst><si><t>Title</t></si><si><t>When</t></si><si><r><t>In</t></r><r><t>k</t></r><rPh><t>x</t></rPh></si></sst>',
    ),
    part('xl/styles.xml', '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'),
    part('xl/worksheets/first.xml', sheet),
  ];
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const [name, text] of parts) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  assert.deepEqual(await rowsOf(await fileOf('book.xlsx', await buffer(zip.outputStream))), [
    { Title: 'Ink', When: '2026-12-24 18:00:00', Sum: '2.5' },
    { Title: '', When: '2026-12-24', Sum: 'true' },
  ]);
  await assert.rejects(rowsOf(await fileOf('broken.xlsx', 'PK\u0003\u0004 and no more')), {
    code: 'GALLEY_INPUT_INVALID',
  });
});

test('columns are changed before they are read: blanks, words, letters, dates, several values, and what is empty', () => {
  const t = (text: string, values: Readonly<Record<string, string>> = {}): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const headings = ['Title', 'Day', 'Tags', 'State', 'Price'];
  const changes = readChanges(
    [
      'Title=trim',
      'Title=upper',
      'Day=date:DD.MM.YYYY HH:mm',
      'Tags=split:/',
      'State=empty:draft',
      'Price=replace:/ EUR/',
    ],
    headings,
  );
  const row = { Title: ' ink ', Day: '24.12.2026 18:05', Tags: 'a / b', State: '', Price: '7 EUR', Other: ' as is ' };
  assert.deepEqual(changeCells(row, changes, { t }), {
    Title: 'INK',
    Day: '2026-12-24 18:05:00',
    Tags: ['a', 'b'],
    State: 'draft',
    Price: '7',
    Other: ' as is ',
  });
  for (const day of ['2026-12-24', '31.02.2026 00:00', '01.13.2026 00:00'])
    assert.throws(() => changeCells({ Day: day }, changes, { t }), /is no date such as DD\.MM\.YYYY HH:mm/);
  assert.equal(changeCells({ Day: '7.8.26' }, { Day: { date: 'D.M.YY' } }, { t })['Day'], '2026-08-07 00:00:00');
  for (const wrong of ['Nowhere=trim', 'Title=shout', 'Tags=split:', 'Price=replace:/'])
    assert.throws(() => readChanges([wrong], headings), { code: 'GALLEY_COMMAND_USAGE' }, wrong);
});

describe('Rows that come in', () => {
  forEachSite(
    { plugins: ['posts', 'blocks', 'users', 'menus', 'importer', 'dashboard'], config: { jobs: { enabled: false } } },
    (suite) => {
      const site = () => suite.current.site;
      const browserOf = async (role: string): Promise<Browser> =>
        new Browser(() => suite.current, (await suite.current.loginAs(role)).cookie);

      async function bring(
        name: string,
        path: string,
        { viewer = SYSTEM, plan, dryRun = false }: { viewer?: Viewer; plan?: SheetPlan; dryRun?: boolean } = {},
      ) {
        const context = await sheetContext(site(), viewer);
        const target = needTarget(site(), viewer, name);
        const map = guessMap(await headingsOf(path), target, context);
        const results: SheetResult[] = [];
        const report = await runSheet(target, context, {
          path,
          filename: 'rows.csv',
          plan: plan ?? { map, key: guessKey(map, target) },
          dryRun,
          told: (result) => results.push(result),
        });
        return { ...report, results };
      }
      const all = async (): Promise<Entry[]> => {
        const { items } = await site().entries.find(
          { type: 'post', status: ['publish', 'draft', 'future'], limit: 100 },
          SYSTEM,
        );
        return items;
      };

      test('what a list exports comes in again and changes nothing, neither as CSV nor as JSON, XML or a workbook, in any language', async () => {
        const author = (await suite.current.loginAs('author')).user;
        await site().entries.save(
          {
            type: 'post',
            title: 'A <em>fine</em> day, &amp; more',
            status: 'publish',
            content: '<p>Text</p>',
            authorId: author.id,
            terms: { category: ['News, old and new', 'Ink'], post_tag: ['=tag'] },
          },
          { viewer: SYSTEM },
        );
        await site().entries.save({ type: 'post', title: '=1+1', status: 'draft', authorId: null }, { viewer: SYSTEM });
        const administrator = await browserOf('administrator');
        const before = await all();
        for (const [format, language] of [
          ['csv', 'en'],
          ['json', 'en'],
          ['xml', 'en'],
          ['xlsx', 'de'],
          ['csv', 'de'],
        ] as const) {
          await site().options.set('language', language);

          const url = `/admin/content/post/export?format=${format}`;
          const cookie = `galley=${administrator.cookies.get('galley')}`;
          const path = await fileOf(
            `post.${format}`,
            (await suite.current.inject({ url, headers: { cookie } })).rawPayload,
          );
          const { counts, notes } = await bring('post', path);
          assert.deepEqual(
            [counts, notes],
            [{ new: 0, changed: 0, same: before.length, left: 0 }, []],
            `${format} ${language}`,
          );
        }
        await site().options.set('language', 'en');
        assert.deepEqual(await all(), before);
        for (const [list, name] of [
          ['/admin/terms/category', 'category'],
          ['/admin/users', 'users'],
        ] as const)
          for (const format of ['csv', 'json', 'xml']) {
            const exported = await administrator.get(`${list}/export?format=${format}`);
            const { counts } = await bring(name, await fileOf(`${name}.${format}`, exported.html));
            assert.deepEqual([counts.new, counts.changed, counts.left], [0, 0, 0], `${name} ${format}`);
            assert.ok(counts.same > 0);
          }
      });

      test('the same file with the same key changes what differs, and doubles nothing; a trial stores nothing', async () => {
        const rows = (title: string) =>
          `Sku,Headline,Status,Tags,Date\nA-1,${title},publish,"ink, paper",2026-02-03 10:00\nA-2,Second,draft,,\nA-3,Third,gone,,\n`;
        const plan = {
          map: { Headline: 'title', Status: 'status', Tags: 'tax.post_tag', Date: 'published' },
          key: 'Sku',
        };
        const file = (title: string) => fileOf('sku.csv', rows(title));
        const count = (await all()).length;
        assert.deepEqual((await bring('post', await file('First'), { plan, dryRun: true })).counts, {
          new: 2,
          changed: 0,
          same: 0,
          left: 1,
        });
        assert.equal((await all()).length, count);
        const first = await bring('post', await file('First'), { plan });
        assert.deepEqual(first.counts, { new: 2, changed: 0, same: 0, left: 1 });
        assert.deepEqual(first.notes, [{ line: 4, what: 'Third', reason: 'There is no status “gone”.' }]);
        assert.deepEqual((await bring('post', await file('First'), { plan })).counts, {
          new: 0,
          changed: 0,
          same: 2,
          left: 1,
        });
        assert.deepEqual((await bring('post', await file('Better'), { plan })).counts, {
          new: 0,
          changed: 1,
          same: 1,
          left: 1,
        });
        const now = await all();
        assert.equal(now.length, count + 2);
        const better = now.find(({ title }) => title === 'Better');
        assert.equal(better?.status, 'publish');
        const tags = (await site().terms.ofEntries([better?.id ?? 0])).get(better?.id ?? 0)?.map(({ name }) => name);
        assert.deepEqual(tags?.sort(), ['ink', 'paper']);
        await site().entries.remove(better?.id ?? 0, { viewer: SYSTEM });
        assert.deepEqual(
          (await bring('post', await file('Better'), { plan })).counts,
          { new: 1, changed: 0, same: 1, left: 1 },
          'what was removed comes again',
        );
      });

      test('rows without a key come in once from the same file', async () => {
        const path = await fileOf('plain.csv', 'Title,Text\nPlain one,a\nPlain two,b\n');
        assert.equal((await bring('post', path)).counts.new, 2);
        assert.deepEqual((await bring('post', path)).counts, { new: 0, changed: 0, same: 2, left: 0 });
      });

      test('what a field leads to is found by id, title or address; several of one name are told apart by the ids', async () => {
        const undefine = site().types.register('talk', {
          title: 'Talks',
          singular: 'Talk',
          supports: ['title', 'content'],
          public: true,
          capability: 'post',
          fields: {
            place: { kind: 'relation', label: 'Place', to: 'page' },
            after: { kind: 'relation', label: 'After', to: 'page', many: true },
            host: { kind: 'user', label: 'Host' },
            topic: { kind: 'term', label: 'Topic', to: 'category' },
          },
        });
        const page = async (title: string, slug: string): Promise<number> =>
          (await site().entries.save({ type: 'page', title, slug, status: 'publish' }, { viewer: SYSTEM })).id;
        const hall = await page('The hall, upstairs', 'hall');
        const twins = [await page('Twin', 'twin-a'), await page('Twin', 'twin-b')];
        const topic = await site().terms.save({ taxonomy: 'category', name: 'Type founding' }, { viewer: SYSTEM });
        const host = (await suite.current.loginAs('author')).user;
        const rows = [
          'Title,Place,After,Host,Topic',
          `One,"the HALL, upstairs","twin-a; ${hall}",${host.login},type-founding`,
          'Two,Twin,,,',
          'Three,Nowhere,,,',
        ];
        const { counts, notes } = await bring('talk', await fileOf('talks.csv', rows.join('\n')));
        assert.deepEqual([counts.new, counts.left], [1, 2]);
        const ids = twins.toSorted((a, b) => a - b).join(', ');
        assert.deepEqual(
          notes.map(({ reason }) => reason.replace(/ids (\d+), (\d+)/, (_, a, b) => `ids ${[a, b].sort().join(', ')}`)),
          [
            `Place: several are called “Twin”. Write one of the ids ${ids}.`,
            'Place: nothing here is called “Nowhere”.',
          ],
        );
        const [talk] = (await site().entries.find({ type: 'talk', status: ['draft', 'publish'] }, SYSTEM)).items;
        assert.deepEqual(talk?.fields, { place: hall, after: [twins[0], hall], host: host.id, topic: topic.id });
        undefine();
      });

      test('terms stand below others, and nobody gives a role that he does not hold', async () => {
        const terms = await fileOf('terms.csv', 'Name,Parent\nPress,\nPlates,Press\n');
        assert.equal((await bring('category', terms)).counts.new, 2);
        const [plates] = await site().terms.list('category', { search: 'Plates' });
        const [press] = await site().terms.list('category', { search: 'Press' });
        assert.equal(plates?.parentId, press?.id);
        const people = await fileOf(
          'people.csv',
          'Login,E-mail,Display name,Role\ngrace,grace@example.net,Grace,Editor\nmallory,m@example.net,Mallory,Administrator\n',
        );
        await site().roles.save(
          'clerk',
          {
            title: 'Clerk',
            capabilities: ['read', 'import', 'create_users', 'list_users', 'edit_users', 'promote_users'],
          },
          SYSTEM,
        );
        const clerk = (await suite.current.loginAs('clerk')).viewer;
        const { counts } = await bring('users', people, { viewer: clerk });
        assert.equal(counts.new, 0, 'an editor holds more than a clerk too');
        assert.equal((await bring('users', people)).counts.new, 2);
        assert.deepEqual((await site().users.findByLogin('grace'))?.roles, ['editor']);
        assert.throws(() => needTarget(site(), clerk, 'category'), { code: 'GALLEY_INPUT_INVALID' });
      });

      async function upload(browser: Browser, file: string): Promise<Page> {
        const token = /name="_token" value="([^"]+)"/.exec((await browser.get('/admin/tools')).html)?.[1] ?? '';
        const part = (name: string, value: string, more = ''): string =>
          `--xyz\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
        const payload = `${part('_token', token)}${part('file', file, '; filename="rows.csv"')}--xyz--\r\n`;
        const cookie = `galley=${browser.cookies.get('galley')}`;
        const headers = {
          cookie,
          'sec-fetch-site': 'same-origin',
          'content-type': 'multipart/form-data; boundary=xyz',
        };
        const reply = await suite.current.inject({ method: 'POST', url: '/admin/tools/sheets', headers, payload });
        assert.equal(reply.statusCode, 303);
        return browser.get(String(reply.headers.location));
      }

      test('a file is uploaded, its columns are named, the first rows are seen, tried, and brought in', async () => {
        const administrator = await browserOf('administrator');
        const asked = await upload(
          administrator,
          'Headline,Body,When\nOn screen,Hello,2026-01-02\nToo late,Hello,someday\n',
        );
        const other = await administrator.get(`${asked.url.split('?')[0]}?to=content:post`);
        assert.match(other.text, /Headline.*On screen/);
        const named = await administrator.submit(other, 'Look again', {
          'map.0': 'title',
          'map.1': 'content',
          'map.2': 'published',
        });
        assert.match(named.text, /“someday” is no date/);
        assert.match(named.text, /Too late \d Left out/);
        assert.match(named.text, /can be moved to the trash together afterwards/);
        const people = await administrator.get(`${asked.url.replace(/\?.*/, '')}?to=users`);
        assert.match(people.text, /can be moved to the trash together afterwards/, 'people too');
        const tried = await administrator.submit(named, 'Only tell what would come in');
        await site().jobs.work();
        assert.match(
          (await administrator.get(tried.url)).text,
          /What would come in.*New 1.*Left out 1.*Row by row.*On screen.*New.*Too late.*“someday” is no date/,
        );
        const tested = await administrator.get(tried.url);
        const again = linksOf(tested).find(({ text }) => text === 'Back to the columns')?.href ?? '';
        assert.match((await administrator.get(again)).html, /value="title" selected/, 'what was chosen is there again');
        const started = await administrator.submit(named, 'Bring it in');
        await site().jobs.work();
        const done = await administrator.get(started.url);
        assert.match(done.text, /What came in.*New 1.*Too late “someday” is no date/);
        assert.ok((await all()).some(({ title }) => title === 'On screen'));
        const shown = await administrator.submit(done, 'See what could be taken back');
        await site().jobs.work();
        const asking = await administrator.get(shown.url);
        assert.match(asking.text, /What would go to the trash.*Posts 1 0/);
        assert.ok(
          (await all()).some(({ title }) => title === 'On screen'),
          'it is only told',
        );
        const undone = await administrator.submit(asking, 'Take the import back');
        await site().jobs.work();
        assert.match((await administrator.get(undone.url)).text, /What was taken back.*Posts 1 0/);
        assert.ok(!(await all()).some(({ title }) => title === 'On screen'));
        assert.equal((await (await browserOf('editor')).get(asked.url)).status, 403);
      });
    },
  );
});

test('a quote in the middle of a cell is a mistake of the file, told with its line', async () => {
  const path = await fileOf('inches.csv', 'name,size\n5 "inch",2\n');
  await assert.rejects(headingsOf(path), {
    code: 'GALLEY_INPUT_INVALID',
    message: 'The file cannot be read as CSV. Look at line 2.',
  });
});
