// Lighthouse's four categories on the front page and on a post, as it tests a phone.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestSite } from '../core/testing.ts';
import { chromiumMissing, chromiumPath } from '../test/support/chromium.ts';
import type { Bench, Row } from './report.ts';
import { ROOT } from './sites.ts';

const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

interface Report {
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { id: string; score: number | null; displayValue?: string; title: string }>;
}

async function inspect(url: string, form: 'mobile' | 'desktop'): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-lighthouse-'));
  const path = join(folder, 'report.json');
  const args = ['--quiet', '--output=json', `--output-path=${path}`, `--chrome-flags=${FLAGS}`];
  if (form === 'desktop') args.push('--preset=desktop');
  try {
    await promisify(execFile)(join(ROOT, 'node_modules/.bin/lighthouse'), [url, ...args], {
      env: { ...process.env, CHROME_PATH: chromiumPath() },
      maxBuffer: 64e6,
    });
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(page: string, { categories, audits }: Report): Row {
  const scores = CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? 0) * 100)]);
  const failed = Object.values(audits).filter(({ score }) => score !== null && score < 0.9);
  return { page, ...Object.fromEntries(scores), 'not passed': failed.map(({ id }) => id).join(', ') };
}

/** Lighthouse. */
export const lighthouseBench: Bench = {
  title: 'Lighthouse: scores of 100',
  async run({ quick }): Promise<Row[]> {
    const missing = chromiumMissing();
    if (missing) return [{ page: missing }];
    const { site, stop } = await startTestSite({ config: { log: { level: 'silent' } } });
    try {
      const origin = await site.http.listen();
      const [post] = (await site.entries.find({ type: 'post', limit: 1 })).items;
      const pages = { home: '/', single: post ? await site.services.use('front').urlOf(post) : '/about/' };
      const rows: Row[] = [];
      for (const form of quick ? (['mobile'] as const) : (['mobile', 'desktop'] as const)) {
        for (const [name, path] of Object.entries(pages)) {
          rows.push(row(`${name}, ${form}`, await inspect(origin + path, form)));
        }
      }
      return rows;
    } finally {
      await stop();
    }
  },
};
