import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { GalleyError } from 'galley';
import { WXR_FOOT, WXR_HEAD } from './fixtures/make-wxr.ts';
import { surveyWxr } from './survey.ts';
import { readWxr, type WxrLimits } from './wxr-reader.ts';
import type { WxrItem, WxrRecord } from './wxr-records.ts';
import { cdata, cleanXml } from './wxr-writer.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/data/wxr');
const noSamples = existsSync(SAMPLES) ? false : 'the sample data (../shared/data/wxr) is not there';
const folder = mkdtempSync(join(tmpdir(), 'galley-wxr-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function read(file: string, limits?: WxrLimits): Promise<WxrRecord[]> {
  const records: WxrRecord[] = [];
  for await (const record of readWxr(file, limits)) records.push(record);
  return records;
}

async function refusal(file: string, limits?: WxrLimits): Promise<string> {
  const error = await read(file, limits).then(
    () => assert.fail('it was read'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof GalleyError, String(error));
  assert.equal(error.code, 'GALLEY_IMPORT_INVALID');
  return error.message;
}

const LIMITS: WxrLimits = { totalBytes: 1e9, recordCharacters: 10_000, depth: 64 };

describe('what is no export is refused with file, line and what to do', () => {
  test('an empty file', async () => {
    assert.match(await refusal(write('empty.xml', '')), /^empty\.xml:1: the file is empty.*Export the site again/);
  });

  test('a PDF', async () => {
    assert.match(
      await refusal(write('a.pdf', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n')),
      /^a\.pdf:\d: text data outside of root node\. Nothing was imported/,
    );
  });

  test('other XML', async () => {
    assert.match(await refusal(write('page.xml', '<html><body/></html>')), /begins with <html>, not with <rss>/);
  });

  test('a file that ends in the middle', async () => {
    assert.match(
      await refusal(write('cut.xml', `${WXR_HEAD}<item><title>Half`)),
      /^cut\.xml:7: unclosed tag: title\. Nothing was imported/,
    );
  });

  test('a document type and with it every entity bomb', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${WXR_HEAD.slice(39)}<item><title>&b;</title></item>${WXR_FOOT}`;
    assert.match(await refusal(write('bomb.xml', bomb)), /a document type is declared/);
    const entity = `${WXR_HEAD}<item><title>&xxe;</title></item>${WXR_FOOT}`;
    assert.match(await refusal(write('entity.xml', entity)), /entity/);
  });

  test('a million elements inside each other', async () => {
    assert.match(await refusal(write('deep.xml', `${WXR_HEAD}${'<a>'.repeat(1_000_000)}`)), /more than 64 deep/);
  });

  test('a record that is too long', async () => {
    const long = `${WXR_HEAD}<item><title>${'x'.repeat(20_000)}</title></item>${WXR_FOOT}`;
    assert.match(await refusal(write('long.xml', long), LIMITS), /more than 10000 characters/);
  });

  test('a stream of two gigabytes, before it is read to its end', async () => {
    const file = write('huge.xml', WXR_HEAD);
    truncateSync(file, 2 * 1024 ** 3);
    const started = performance.now();
    assert.match(await refusal(file), /^huge\.xml/);
    assert.ok(performance.now() - started < 10_000);
    const filled = write('filled.xml', `${WXR_HEAD}${' '.repeat(50_000)}`);
    assert.match(await refusal(filled, { ...LIMITS, totalBytes: 10_000 }), /larger than 10000 bytes.*--max-bytes/);
  });

  test('a missing or unknown version', async () => {
    assert.match(await refusal(write('old.xml', WXR_HEAD.replace('>1.2<', '>9.9<') + WXR_FOOT)), /version 9\.9/);
    const none = WXR_HEAD.replace('<wp:wxr_version>1.2</wp:wxr_version>', '') + WXR_FOOT;
    assert.match(await refusal(write('none.xml', none)), /wp:wxr_version\) is missing/);
  });

  test('no file at all', async () => {
    await assert.rejects(read(join(folder, 'absent.xml')), { code: 'GALLEY_FILE_UNKNOWN' });
  });
});

test('prefixes are free: namespaces count', async () => {
  const file = write(
    'prefixes.xml',
    `<rss xmlns:x="http://wordpress.org/export/1.1/" xmlns:y="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title><x:wxr_version>1.1</x:wxr_version><item><title>A</title><y:encoded>B</y:encoded><x:post_id>3</x:post_id></item></channel></rss>`,
  );
  const item = (await read(file)).find((record): record is WxrItem => record.kind === 'item');
  assert.deepEqual([item?.title, item?.content, item?.id], ['A', 'B', 3]);
});

test('text of every kind survives writing and reading', async () => {
  const texts = [']]>', 'a]]>b]]>', 'line\r\nend\rx', '<b>&amp;</b>', '🖨 ü', ' two  blanks '];
  const items = texts.map((text) => `<item><title>t</title><content:encoded>${cdata(text)}</content:encoded></item>`);
  const records = await read(write('texts.xml', WXR_HEAD + items.join('') + WXR_FOOT));
  assert.deepEqual(
    records.flatMap((record) => (record.kind === 'item' ? [record.content] : [])),
    texts,
  );
  assert.equal(cleanXml('a\0b\x1bc\ud800d\uffffe\tf\n'), 'abcde\tf\n');
});

test('the samples are counted as they are', { skip: noSamples }, async () => {
  const survey = await surveyWxr(join(SAMPLES, 'themeunittestdata.wordpress.xml'));
  const count = (type: string, status?: string): number =>
    survey.items
      .filter((row) => row.type === type && (status === undefined || row.status === status))
      .reduce((sum, row) => sum + row.count, 0);
  assert.deepEqual(
    {
      total: survey.total,
      posts: count('post'),
      pages: count('page'),
      files: count('attachment'),
      menu: count('nav_menu_item'),
    },
    { total: 186, posts: 58, pages: 21, files: 37, menu: 70 },
  );
  assert.equal(survey.comments, 33);
  assert.deepEqual(survey.hosts, ['wpthemetestdata.wordpress.com', 'wpthemetestdata.files.wordpress.com']);
});

test('malformed samples are refused at their line', { skip: noSamples }, async () => {
  assert.match(await refusal(join(SAMPLES, 'malformed.xml')), /^malformed\.xml:90: unexpected close tag/);
  assert.match(await refusal(join(SAMPLES, 'missing-version-tag.xml')), /^missing-version-tag\.xml:35: .*missing/);
});
