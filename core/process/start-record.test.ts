import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { recordStart } from './start-record.ts';

describe('what is remembered of starts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'galley-starts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The number of a process that is over. */
  const over = (): number => spawnSync('true').pid;

  test('two that fell make the third cautious; when that one came to an end, all is forgotten', async () => {
    assert.equal((await recordStart(folder, over())).hasFallen, false);
    assert.equal((await recordStart(folder, over())).hasFallen, false);
    const third = await recordStart(folder);
    assert.equal(third.hasFallen, true);
    await third.end();
    assert.equal((await recordStart(folder)).hasFallen, false);
  });

  test('in a container each has the same number, and counts', async () => {
    const answers = [];
    for (let start = 0; start < 3; start++) answers.push((await recordStart(folder, process.pid)).hasFallen);
    assert.deepEqual(answers, [false, false, true]);
  });

  test('several that start at once on one folder are no falls', async () => {
    await recordStart(folder, process.ppid);
    await recordStart(folder, 1);
    assert.equal((await recordStart(folder)).hasFallen, false);
  });
});
