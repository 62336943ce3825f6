// zzuf: files with bits turned over, sent to whatever reads files; nothing may throw, hang or take a worker along.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { animation, jpeg, pdf, photoWithPlace, picture } from '../../../plugins/media/sample-files.test-data.ts';
import { buildZip } from '../../support/zip.ts';
import { startTarget, type TargetSite } from './target-site.ts';
import { runProgram, type Tool, type Trial, type Wish } from './tool.ts';
import { sendFile, sendForm, sendJson } from './upload.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Shares of bits that are turned over. */
const RATIOS = ['0.0002', '0.001', '0.004', '0.02'];
/** Half of them markup, the other half pictures, archives and exports. */
const FILES = 20_000;
const BATCH = 50;
const ABREAST = 4;
const MOST = 20;

/** One file and where it is sent. */
interface Subject {
  name: string;
  data: Buffer;
  send(site: TargetSite, data: Buffer): Promise<{ status: number; text: string }>;
  /** What is wrong with an answer, apart from its status. */
  judge?(text: string): string | undefined;
}

/** A kind of file, and how many of each hundred seeds it gets. */
interface Group {
  target: string;
  share: number;
  subjects: readonly Subject[];
}

/** A comment that is begun and never closed would swallow the rest of a page. */
function isUnclosed(html: string): boolean {
  return html.replace(/<!--[\s\S]*?-->/g, '').includes('<!--');
}

function blocks(): Subject[] {
  const folder = join(ROOT, 'themes/default/patterns');
  return readdirSync(folder).map((name) => ({
    name,
    data: readFileSync(join(folder, name)),
    send: (site, data) => sendJson(site, '/admin/api/editor/preview', { markup: data.toString('utf8') }),
    judge: (text) => {
      const { html = '' } = (text.startsWith('{') ? JSON.parse(text) : {}) as { html?: string };
      return isUnclosed(html) ? 'a comment is not closed' : undefined;
    },
  }));
}

async function pictures(): Promise<Subject[]> {
  const noise = picture(120, 90);
  const files: [string, string, Buffer][] = [
    ['a.jpg', 'image/jpeg', await jpeg(120, 90)],
    ['place.jpg', 'image/jpeg', await photoWithPlace()],
    ['a.png', 'image/png', await noise.clone().png().toBuffer()],
    ['a.webp', 'image/webp', await noise.clone().webp().toBuffer()],
    ['a.gif', 'image/gif', await animation(6)],
    ['a.avif', 'image/avif', await noise.clone().avif({ effort: 0 }).toBuffer()],
    ['a.pdf', 'application/pdf', pdf()],
  ];
  return files.map(([name, type, data]) => ({
    name,
    data,
    send: (site, changed) => sendFile(site, { path: '/admin/api/media', name, type, data: changed }),
  }));
}

function sheet(): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const cells = (row: number): string =>
    ['A', 'B'].map((column) => `<c r="${column}${row}" t="inlineStr"><is><t>${column} ${row}</t></is></c>`).join('');
  const rows = Array.from({ length: 20 }, (_, index) => `<row r="${index + 1}">${cells(index + 1)}</row>`).join('');
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const file = (name: string, data: string) => ({ name, data, deflate: true });
  const related = (target: string, type: string): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relation}/${type}" Target="${target}"/></Relationships>`;
  return buildZip([
    file('_rels/.rels', related('xl/workbook.xml', 'officeDocument')),
    file('xl/_rels/workbook.xml.rels', related('worksheets/sheet1.xml', 'worksheet')),
    file(
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${relation}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    file('xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`),
  ]);
}

function zips(): Subject[] {
  const manifest = { name: 'fuzzed', version: '1.0.0', type: 'module', main: 'index.js', galley: { title: 'Fuzzed' } };
  const plugin = buildZip([
    { name: 'fuzzed/package.json', data: JSON.stringify(manifest), deflate: true },
    { name: 'fuzzed/index.js', data: 'export default () => undefined;\n'.repeat(20), deflate: true },
  ]);
  const type = 'application/zip';
  return [
    {
      name: 'sheet.xlsx',
      data: sheet(),
      send: (site, data) => sendFile(site, { path: '/admin/tools/sheets', name: 'a.xlsx', type, data }),
    },
    {
      name: 'plugin.zip',
      data: plugin,
      send: (site, data) => sendFile(site, { path: '/admin/plugins/install', name: 'fuzzed.zip', type, data }),
    },
  ];
}

function exports(): Subject[] {
  const data = readFileSync(join(ROOT, 'plugins/importer/fixtures/small.xml'));
  const send: Subject['send'] = async (site, changed) => {
    // What one has sent nobody else brings in.
    const by = site.ticket();
    const file = { path: '/admin/tools/import', name: 'a.xml', type: 'text/xml', data: changed };
    const kept = await sendFile(site, file, by);
    return kept.status === 303 ? sendForm(site, `${kept.location}/run`, by) : kept;
  };
  return [{ name: 'small.xml', data, send }];
}

/** So many files that zzuf made of one; they are as long as it was. */
async function mutants(data: Buffer, first: number, count: number, ratio: string): Promise<Buffer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-zzuf-'));
  try {
    const file = join(folder, 'in');
    writeFileSync(file, data);
    const args = ['-s', `${first}:${first + count}`, '-r', ratio, 'cat', file];
    const { out } = await runProgram('zzuf', args, { timeoutMs: 60_000 });
    if (out.length !== data.length * count)
      throw new Error(`zzuf gave ${out.length} bytes instead of ${data.length * count}.`);
    return Array.from({ length: count }, (_, index) => out.subarray(index * data.length, (index + 1) * data.length));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fuzz(
  site: TargetSite,
  { target, subjects, share }: Group,
  seeds: number,
  { budgetMs, say }: Wish,
): Promise<Trial> {
  const end = Date.now() + (budgetMs * share) / 100;
  const findings: string[] = [];
  const statuses = new Map<number, number>();
  const workers = site.workers;
  let sent = 0;
  const one = async (subject: Subject, data: Buffer, seed: number): Promise<void> => {
    const what = `${subject.name}, seed ${seed}`;
    try {
      const { status, text } = await subject.send(site, data);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const wrong = status >= 500 ? `${status} ${text.slice(0, 200)}` : subject.judge?.(text);
      if (wrong !== undefined) findings.push(`${what}: ${wrong}`);
    } catch (error) {
      findings.push(`${what}: no answer (${String(error)})`);
    }
    sent += 1;
  };
  for (let first = 0; sent < (seeds * share) / 100 && Date.now() < end && findings.length < MOST; first += BATCH)
    for (const [index, subject] of subjects.entries()) {
      const ratio = RATIOS[(first / BATCH + index) % RATIOS.length] ?? '0.004';
      const queue = [...(await mutants(subject.data, first, BATCH, ratio)).entries()];
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next && findings.length < MOST; next = queue.shift())
          await one(subject, next[1], first + next[0]);
      };
      await Promise.all(Array.from({ length: ABREAST }, work));
      say(`${target}: ${sent} sent`);
    }
  // Then nothing was tried.
  const turnedAway = (statuses.get(429) ?? 0) + (statuses.get(404) ?? 0);
  if (turnedAway > sent / 2) findings.push(`${turnedAway} of ${sent} were turned away before they were read`);
  const { status } = await site.served.get('/');
  if (status !== 200) findings.push(`afterwards the front page is ${status}`);
  if (site.workers !== workers) findings.push(`a worker was replaced: ${workers} → ${site.workers}`);
  const parts = [...statuses].sort(([a], [b]) => a - b).map(([code, count]) => `${count} × ${code}`);
  return {
    target,
    tried: `${sent} files of ${subjects.length}: ${parts.join(', ')}`,
    findings,
  };
}

export const zzuf: Tool = {
  name: 'zzuf',
  programs: ['zzuf'],
  packages: 'zzuf',
  covers: 'damaged block markup, pictures, archives and exports: nothing throws, hangs or ends a worker',
  async run(wish) {
    const groups: Group[] = [
      { target: 'block markup', share: 50, subjects: blocks() },
      { target: 'pictures', share: 25, subjects: await pictures() },
      { target: 'archives', share: 15, subjects: zips() },
      { target: 'exports', share: 10, subjects: exports() },
    ];
    const site = await startTarget({ isSupervised: true });
    try {
      const trials: Trial[] = [];
      for (const group of groups) trials.push(await fuzz(site, group, FILES, wish));
      const crash = /uncaught|unhandled|heap out of memory|"level":"fatal"/i.exec(site.served.log);
      if (crash)
        trials.push({
          target: 'log',
          tried: 'what the processes said',
          findings: [site.served.log.slice(crash.index, crash.index + 300)],
        });
      return trials;
    } finally {
      await site.stop();
    }
  },
};
