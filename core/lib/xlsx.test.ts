import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openPromise } from 'yauzl';
import { writeXlsx, type XlsxCell } from './xlsx.ts';

async function partsOf(rows: AsyncIterable<readonly XlsxCell[]>): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-xlsx-'));
  const path = join(folder, 'book.xlsx');
  await writeFile(path, await buffer(writeXlsx(rows)));
  const zip = await openPromise(path);
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry())
    parts.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
  await rm(folder, { recursive: true });
  return parts;
}

async function* rowsOf(...rows: XlsxCell[][]): AsyncGenerator<XlsxCell[]> {
  yield* rows;
}

test('a workbook has headings, text that is never a formula, numbers, and moments as clocks show them', async () => {
  const parts = await partsOf(
    rowsOf(['Title', 'Sum', 'When'], ['=1+1 <&>\u0000', 8.5, { moment: Date.UTC(2026, 0, 2, 12) }], ['', -3, 'x']),
  );
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  assert.match(sheet, /<c s="2" t="inlineStr"><is><t xml:space="preserve">Title<\/t>/);
  assert.match(
    sheet,
    /<c t="inlineStr"><is><t xml:space="preserve">=1\+1 &lt;&amp;&gt;<\/t><\/is><\/c><c><v>8\.5<\/v><\/c>/,
  );
  assert.match(sheet, /<c s="1"><v>46024\.5<\/v><\/c><\/row><row><c\/><c><v>-3<\/v>/);
  assert.doesNotMatch(sheet, /<f>/);
  const named = [...(parts.get('[Content_Types].xml') ?? '').matchAll(/PartName="\/([^"]+)"/g)].map(([, name]) => name);
  assert.equal(named.length, 3);
  for (const name of named) assert.ok(parts.has(name ?? ''), name);
});

test('what breaks the rows breaks the workbook, so that nobody takes half of it for whole', async () => {
  async function* broken(): AsyncGenerator<XlsxCell[]> {
    yield ['Title'];
    throw new Error('the store is away');
  }
  await assert.rejects(buffer(writeXlsx(broken())), /the store is away/);
});
