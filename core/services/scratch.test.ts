import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { makeScratch, sweepScratch } from './scratch.ts';

const { TMPDIR } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'galley-sweep-'));
before(() => {
  process.env['TMPDIR'] = folder;
});
after(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a process that makes a folder and is killed in the middle of its work. @returns the folder */
async function left(kind: string): Promise<string> {
  const program = `import { makeScratch } from ${JSON.stringify(join(import.meta.dirname, 'scratch.ts'))};
import { writeFileSync } from 'node:fs';
const folder = makeScratch(${JSON.stringify(kind)});
writeFileSync(folder + '/half', 'half of it');
process.stdout.write(folder, () => process.kill(process.pid, 'SIGKILL'));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(signal, 'SIGKILL');
  return path;
}

test('what a killed process left is removed; what others have, and what is not ours, stays', async () => {
  const mine = makeScratch('upload');
  assert.equal(statSync(mine).mode & 0o777, 0o700, 'nobody else may look into it');
  const theirs = await left('trial');
  assert.ok(existsSync(join(theirs, 'half')));
  const place = basename(mine).split('-')[2];
  const others = [
    'galley-trial-00000000-1-1-aaaaaaaaaaaa',
    `galley-trial-${place}-1-1-aaaa`,
    'galley-trial-abc',
    'mine-1',
  ];
  for (const name of others) writeFileSync(join(folder, name), '');
  assert.deepEqual(await sweepScratch(), [basename(theirs)]);
  assert.deepEqual(readdirSync(folder).sort(), [...others, basename(mine)].sort());
  assert.deepEqual(await sweepScratch(), []);
});
