import { Readable } from 'node:stream';
import { GalleyError } from './errors.ts';
import { escapeXml } from './escape.ts';

/** What stands in a cell: text, a number, or a moment as clocks show it (milliseconds as if they stood in UTC). */
export type XlsxCell = string | number | { moment: number };

/** The type of a workbook. */
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Bounds of Excel: rows of a sheet, and characters of a cell. */
const ROWS_MAX = 1_048_576;
const TEXT_MAX = 32_767;
const DAY_MS = 86_400_000;
/** Days are counted from the last one of 1899. */
const EPOCH = Date.UTC(1899, 11, 30);
const BATCH = 65_536;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const KIND = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const relations = (...parts: readonly (readonly [kind: string, target: string])[]): string =>
  `<Relationships xmlns="${PACKAGE}/relationships">${parts.map(([kind, target], at) => `<Relationship Id="r${at + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`).join('')}</Relationships>`;
const override = (part: string, kind: string): string =>
  `<Override PartName="/xl/${part}.xml" ContentType="${KIND}.${kind}+xml"/>`;

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('workbook', 'sheet.main')}${override('worksheets/sheet1', 'worksheet')}${override('styles', 'styles')}</Types>`,
  '_rels/.rels': relations(['officeDocument', 'xl/workbook.xml']),
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relations(['worksheet', 'worksheets/sheet1.xml'], ['styles', 'styles.xml']),
  // Style 1 is a moment, style 2 a heading.
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};

/**
 * A workbook of Excel with one sheet, the first row of which are its headings. It is written while it is read, so memory
 * holds some rows only. Text is text: nothing in it is a formula.
 * @throws GALLEY_INPUT_INVALID, from the stream, beyond the rows that a sheet can have
 */
export async function* writeXlsx(rows: AsyncIterable<readonly XlsxCell[]>): AsyncGenerator<Uint8Array> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  for (const [name, text] of Object.entries(PARTS)) zip.addBuffer(Buffer.from(XML + text), name);
  const sheet = Readable.from(sheetOf(rows));
  sheet.on('error', (error) => output.destroy(error));
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  try {
    yield* output;
  } finally {
    sheet.destroy();
  }
}

async function* sheetOf(rows: AsyncIterable<readonly XlsxCell[]>): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  let count = 0;
  let text = '';
  for await (const row of rows) {
    if (count === ROWS_MAX)
      throw new GalleyError('GALLEY_INPUT_INVALID', `A sheet of Excel has ${ROWS_MAX} rows at most. Export as CSV.`);
    text += `<row>${row.map((value) => cellOf(value, count === 0)).join('')}</row>`;
    count += 1;
    if (text.length < BATCH) continue;
    yield text;
    text = '';
  }
  yield `${text}</sheetData></worksheet>`;
}

function cellOf(value: XlsxCell, isHeading: boolean): string {
  if (typeof value === 'number') return `<c><v>${value}</v></c>`;
  if (typeof value === 'object') return `<c s="1"><v>${(value.moment - EPOCH) / DAY_MS}</v></c>`;
  const style = isHeading ? ' s="2"' : '';
  // Half a pair of the last character would be no text.
  const text = escapeXml(value.slice(0, TEXT_MAX).toWellFormed());
  return value === '' ? '<c/>' : `<c${style} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}
