// `npm run check`: format and lint, types, dead code, architecture. Every tool runs, so that all mistakes show at once.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
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

let failed = 0;
for (const [title, command, args] of STEPS) {
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)\n`);
  if (status !== 0) {
    process.stdout.write(`${stdout}${stderr}\n`);
    failed++;
  }
}
process.exit(failed === 0 ? 0 : 1);
