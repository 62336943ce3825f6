// ffuf: every name that really lies in the content folder, by every way that leads to files; none may be answered.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startTarget } from './target-site.ts';
import { runProgram, type Tool } from './tool.ts';

const WAYS = ['', 'wp-content/', 'wp-content/uploads/', 'media/', 'assets/', 'admin/assets/', 'uploads/'];
const UPWARDS = ['../', '%2e%2e/', '..%2f', '%2e%2e%2f', '..%5c', '%252e%252e%252f', '....//', '.%00./'];
const ENDINGS = ['', '/', '~', '.bak', '%00.png', '%20', ';.css'];

const encoded = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** All ways in which somebody may ask for a file. */
function spellings(name: string): string[] {
  const direct = WAYS.flatMap((way) => ENDINGS.map((ending) => way + encoded(name) + ending));
  const around = WAYS.slice(1).flatMap((way) =>
    UPWARDS.flatMap((up) => [1, 3].map((times) => way + up.repeat(times) + encoded(name))),
  );
  return [...direct, ...around];
}

/** The words for ffuf: each name by each way, and those at the top of the folder (secrets, the store) in every spelling. */
function wordsFor(folder: string): { words: string[]; names: number } {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const names = found.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const words = names.flatMap((name) =>
    name.includes('/') ? WAYS.map((way) => way + encoded(name)) : spellings(name),
  );
  return { words: [...new Set(words)], names: names.length };
}

interface Report {
  results: { input: { FUZZ: string }; status: number; length: number; redirectlocation?: string }[];
}

export const ffuf: Tool = {
  name: 'ffuf',
  programs: ['ffuf'],
  packages: 'ffuf',
  covers: 'files of the content folder that are served although nobody published them',
  async run({ budgetMs }) {
    const site = await startTarget();
    const folder = mkdtempSync(join(tmpdir(), 'galley-ffuf-'));
    try {
      const { words, names } = wordsFor(site.served.contentDir);
      const [list, report] = [join(folder, 'words'), join(folder, 'report.json')];
      writeFileSync(list, words.join('\n'));
      // Other spellings of a path lead to its one by 301; where that leads, ffuf goes too.
      const args = ['-u', `${site.origin}/FUZZ`, '-w', list, '-mc', 'all', '-fc', '400,404', '-r', '-t', '8', '-s'];
      const from = Date.now();
      const { out } = await runProgram(
        'ffuf',
        [...args, '-maxtime', String(Math.floor(budgetMs / 1000)), '-timeout', '30', '-of', 'json', '-o', report],
        {
          timeoutMs: budgetMs + 60_000,
        },
      );
      const { results } = JSON.parse(readFileSync(report, 'utf8')) as Report;
      // The folder of an address may be a page of the site: what counts is what lies in the folder.
      const front = (await site.served.get('/')).body.length;
      const findings = results
        .filter(({ status, length }) => status !== 200 || length !== front)
        .map(({ input, status, length }) => `/${input.FUZZ}: ${status}, ${length} bytes`);
      const isWhole = Date.now() - from < budgetMs ? '' : ', not all of them in time';
      const errors = /error/i.test(out.toString()) ? [out.toString().slice(0, 300)] : [];
      return [
        {
          target: 'content folder',
          tried: `${names} names in ${words.length} spellings${isWhole}`,
          findings: [...findings, ...errors],
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await site.stop();
    }
  },
};
