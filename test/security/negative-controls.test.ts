// Each main guard is switched off in a process of its own, where the test that watches it must fail: a test that cannot
// fail proves nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { QUICKLY } from '../support/quick-start.ts';
import { GUARDS, type Guard } from './guards.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the guard's test; returns how many of its tests passed and failed. */
async function run(
  { test: file, only }: Guard,
  off: string,
): Promise<{ failed: number; passed: number; output: string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const escaped = only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const args = [
    ...QUICKLY,
    '--import',
    join(import.meta.dirname, 'guards-off.ts'),
    '--test-reporter=tap',
    `--test-name-pattern=${escaped}`,
  ];
  const child = spawn(process.execPath, [...args, join(ROOT, file)], {
    cwd: ROOT,
    env: { ...env, GALLEY_GUARD_OFF: off, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = await text(child.stdout);
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)`, 'm').exec(output)?.[1] ?? -1);
  return { failed: count('fail'), passed: count('pass'), output };
}

describe('A test of security fails when its guard is off', { concurrency: 2 }, () => {
  for (const [name, guard] of Object.entries(GUARDS)) {
    test(name, async () => {
      const source = readFileSync(join(ROOT, guard.file), 'utf8');
      assert.equal(source.split(guard.code).length, 2, `${guard.file} must hold exactly once: ${guard.code}`);
      const { failed, output } = await run(guard, name);
      assert.ok(failed > 0, `nothing failed:\n${output.slice(-2000)}`);
      assert.match(output, /AssertionError|ERR_ASSERTION/, 'it failed for what it asserts, not because it broke');
    });
  }

  test('and passes when all are on', async () => {
    const { failed, passed } = await run(
      { file: '', code: '', without: '', test: 'test/security/headers.test.ts', only: 'allow no inline script' },
      '',
    );
    assert.deepEqual([failed, passed > 0], [0, true]);
  });
});
