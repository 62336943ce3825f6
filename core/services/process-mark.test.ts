import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, markOfProcess } from './process-mark.ts';

test('a process that lives is not gone; of what is elsewhere nobody knows', () => {
  assert.equal(isGone(markOfProcess()), false);
  for (const mark of ['', 'elsewhere-1-1-ff', `00000000-${process.pid}-1-ff`]) assert.equal(isGone(mark), false, mark);
});

test('a process that has ended is gone, also where nobody has taken note of it', async () => {
  // The program that takes the shell's place never asks what became of the shell's child.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const facts = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const mark = [markOfProcess().split('-')[0], pid, facts()[19], 'ff'].join('-');
    assert.equal(isGone(mark), false);
    for (const end = Date.now() + 20_000; facts()[0] !== 'Z' && Date.now() < end; ) await sleep(20);
    assert.equal(facts()[0], 'Z');
    assert.equal(isGone(mark), true);
  } finally {
    parent.kill();
  }
});
