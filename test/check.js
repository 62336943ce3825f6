// `npm run check`: format and lint, types, dead code, architecture. Every tool runs, so that all mistakes show at once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
/** What was checked before is remembered, so that only what a change touches is checked again. */
const types = (project) => {
  const memory = join(root, 'node_modules', '.cache', `types-${project.replace(/\W+/g, '-')}.tsbuildinfo`);
  return [bin('tsc'), '--noEmit', '-p', project, '--incremental', '--tsBuildInfoFile', memory];
};
const STEPS = [
  ['Format and lint', process.execPath, [bin('biome'), 'check', '--error-on-warnings', '.']],
  ['Types', process.execPath, types('.')],
  ['Types of what runs in a browser', process.execPath, types('test/e2e')],
  ['Types of assets', process.execPath, types('tsconfig.browser.json')],
  ['Dead code', process.execPath, [bin('knip'), '--no-progress']],
  [
    'Architecture',
    process.execPath,
    ['--test', '--test-reporter=dot', 'test/architecture.test.ts', 'test/regular-expressions.test.ts'],
  ],
];

const ABREAST = 2;

/** Runs one, and says how it went as soon as that is known. @returns whether it found nothing */
async function check([title, command, args]) {
  const from = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)\n`);
  if (status !== 0) process.stdout.write(`${out}${err}\n`);
  return status === 0;
}

const queue = [...STEPS];
const found = [];
async function work() {
  for (let step = queue.shift(); step; step = queue.shift()) found.push(await check(step));
}
await Promise.all(Array.from({ length: ABREAST }, work));
process.exit(found.every(Boolean) ? 0 : 1);
