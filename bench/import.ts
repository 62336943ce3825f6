// A WordPress export moved in: how long, and how much memory.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, mariadbMissing } from '../test/support/mariadb.ts';
import type { Bench, Row } from './report.ts';
import { ROOT } from './sites.ts';

const FOLDER = join(ROOT, '../shared/data/wxr');
const FILES = ['themeunittestdata.wordpress.xml', '64-block-test-data.xml'];

interface Imported {
  seconds: number;
  peakMb: number;
}

async function importOnce(file: string, contentDir: string, url: string): Promise<Imported> {
  const env = { ...process.env, GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: contentDir, DATABASE_URL: url };
  const from = performance.now();
  const child = spawn(process.execPath, ['bin/galley', 'import', file], {
    cwd: ROOT,
    env,
    stdio: 'ignore',
  });
  let peakKb = 0;
  const watch = setInterval(() => {
    try {
      peakKb = Math.max(
        peakKb,
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
      );
    } catch {
      // It has just ended.
    }
  }, 50);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`galley import ${file} ended with ${String(code)}`);
  return { seconds: (performance.now() - from) / 1000, peakMb: peakKb / 1024 };
}

async function measure(name: string, store: string, url: string): Promise<Row> {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-import-'));
  try {
    const file = join(FOLDER, name);
    const first = await importOnce(file, contentDir, url);
    const again = await importOnce(file, contentDir, url);
    return {
      file: name,
      KB: Math.round(statSync(file).size / 1024),
      store,
      'first, s': first.seconds,
      'again, s': again.seconds,
      'peak MB': first.peakMb,
    };
  } finally {
    rmSync(contentDir, { recursive: true, force: true });
  }
}

/** Import. */
export const importBench: Bench = {
  title: 'Import: `galley import` of a WordPress export, the process and all',
  async run(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const name of FILES.filter((file) => existsSync(join(FOLDER, file)))) {
      rows.push(await measure(name, 'sqlite', 'sqlite:import.sqlite'));
      if (mariadbMissing()) continue;
      const database = await createDatabase();
      rows.push(await measure(name, 'mariadb', database.url));
      await database.drop();
    }
    return rows.length > 0 ? rows : [{ file: 'no sample data in ../shared/data/wxr' }];
  },
};
