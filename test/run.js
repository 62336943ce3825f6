// `npm test`: first the checks (format, lint, types, dead code), then every test. Plain JavaScript, run by Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { batched } from './batches.js';
import { scratchFolder } from './support/shared-server.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const PATTERNS = [
  'core/**/*.test.ts',
  'plugins/**/*.test.ts',
  'themes/**/*.test.ts',
  'config/**/*.test.ts',
  'test/**/*.test.ts',
  'docs/**/*.test.ts',
];

/** Stores of tests are made and thrown away a thousand times: in memory, where there is so much of it. */
const ENOUGH_BYTES = 6 * 2 ** 30;

function findTests() {
  if (wanted.length > 0) return wanted;
  return batched(root, globSync(PATTERNS, { cwd: root, exclude: (name) => name === 'node_modules' }).sort());
}

function check() {
  if (wanted.length > 0) return 0;
  return spawnSync(process.execPath, [join(root, 'test', 'check.js')], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

const checked = check();
const files = findTests();
// What one process has compiled the next finds, and garbage of the start is left lying longer.
const runner = ['--test', '--test-concurrency=2', '--test-timeout=600000', '--test-reporter=spec'];
const quickly = ['--import', pathToFileURL(join(root, 'bin', 'quick-start.js')).href];
const args = ['--min-semi-space-size=16', ...quickly, ...runner, ...files];
const env = { ...process.env, GALLEY_ENV: 'test', NODE_OPTIONS: '', TMPDIR: scratchFolder(ENOUGH_BYTES) };
const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env });

let tail = '';
child.stdout.on('data', (chunk) => {
  process.stdout.write(chunk);
  tail = (tail + chunk).slice(-500_000);
});
child.on('close', (code) => {
  const count = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(tail)?.[1] ?? 0);
  process.stdout.write(
    `\n${count('pass')} passed, ${count('fail') + count('cancelled')} failed, ${count('skipped')} skipped\n`,
  );
  if (checked !== 0) process.stdout.write('The checks failed; see above.\n');
  process.exit(code !== 0 || checked !== 0 || count('pass') === 0 ? 1 : 0);
});
