// The chapters of docs/plugins as their reader types them: files into a plugin's folder, then on a real site what each claims.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Cli } from '../core/cli/cli.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';

const ROOT = dirname(import.meta.dirname);
const CHAPTERS = join(ROOT, 'docs/plugins');
const PLUGINS = ['posts', 'blocks', 'dashboard', 'shop'];
const CHECK = `import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { SYSTEM } from 'galley';
void [readdirSync, SYSTEM];
`;

/** What a chapter has the reader do, in its order: a file to write, lines to add, assertions, commands. */
interface Step {
  kind: 'file' | 'add' | 'check' | 'run';
  file: string;
  text: string;
}

function stepsOf(chapter: string): Step[] {
  const source = readFileSync(join(CHAPTERS, chapter), 'utf8');
  return [...source.matchAll(/^```\w+ (\S+)(?: (add))?\n([\s\S]*?)^```$/gm)].map(([, name = '', add, text = '']) => {
    if (name === 'check' || name === 'run') return { kind: name, file: '', text };
    return { kind: add ? 'add' : 'file', file: name, text };
  });
}

/** Puts imports to the others, and the rest at the end of the set-up. */
function added(source: string, lines: string): string {
  const all = lines.trimEnd().split('\n');
  const imports = all.filter((line) => line.startsWith('import '));
  const calls = all.filter((line) => !line.startsWith('import ')).map((line) => `  ${line}`);
  const setup = source.replace(/\}\);\n$/, `${calls.join('\n')}\n});\n`);
  return setup.replace('\n\nexport default', `\n${imports.join('\n')}\n\nexport default`);
}

const work = mkdtempSync(join(tmpdir(), 'galley-chapters-'));
mkdirSync(join(work, 'node_modules'));
symlinkSync(join(ROOT, 'core'), join(work, 'node_modules/galley'), 'dir');
after(() => rmSync(work, { recursive: true, force: true }));

async function run(line: string): Promise<void> {
  const said: string[] = [];
  const streams = {
    out: { write: (text: string) => said.push(text) },
    err: { write: (text: string) => said.push(text) },
  };
  const env = {
    ...process.env,
    GALLEY_ENV: 'test',
    GALLEY_CONTENT_DIR: join(work, 'content'),
    GALLEY_LOG_LEVEL: 'fatal',
  };
  const argv = line.replace(/^galley /, '').split(' ');
  const code = await new Cli({ root: ROOT, env, argv, streams, signal: new AbortController().signal }).run();
  assert.equal(code, 0, `${line}: ${said.join('')}`);
}

const files = new Map<string, string>();

function write(folder: string, file: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), files.get(file) ?? '');
}

/** Keeps a step's file as it is now, and writes it. */
function keep(folder: string, { kind, file, text }: Step): void {
  files.set(file, kind === 'add' ? added(files.get(file) ?? '', text) : text);
  write(folder, file);
}

async function claim(site: TestSite, check: string, text: string): Promise<void> {
  assert.deepEqual(site.site.plugins.get('shop')?.faults, []);
  writeFileSync(check, `${CHECK}export default async ({ site, inject, loginAs, submit }) => {\n${text}};\n`);
  const { default: claims } = (await import(check)) as { default: (site: TestSite) => Promise<void> };
  await claims(site);
}

/** Runs what a chapter claims; the site starts with the first of it, with all that was written until then. */
async function follow(place: string, steps: readonly Step[]): Promise<void> {
  const folder = join(place, 'plugins/shop');
  for (const file of files.keys()) write(folder, file);
  let current: TestSite | undefined;
  process.chdir(place);
  try {
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'file' || step.kind === 'add') keep(folder, step);
      if (step.kind === 'run') for (const line of step.text.trim().split('\n')) await run(line);
      if (step.kind !== 'check') continue;
      const options = { plugins: PLUGINS, pluginFolders: [dirname(folder)] };
      current ??= await startTestSite({ contentDir: join(work, 'content'), ...options });
      await claim(current, join(place, `check-${index}.ts`), step.text);
    }
  } finally {
    process.chdir(ROOT);
    await current?.stop();
  }
}

for (const chapter of readdirSync(CHAPTERS).filter((name) => /^\d\d-.*\.md$/.test(name))) {
  const steps = stepsOf(chapter);
  // Each chapter has a folder of its own: Node keeps what it has imported from one.
  const place = join(work, chapter.slice(0, 2));
  const tests = steps.filter(({ file }) => file.endsWith('.test.ts'));
  if (tests.length === 0) test(`${chapter} does what it says`, () => follow(place, steps));
  else {
    // A chapter with a test of its own is run by that.
    for (const step of steps) keep(join(place, 'plugins/shop'), step);
    for (const { file } of tests) await import(join(place, 'plugins/shop', file));
  }
}
