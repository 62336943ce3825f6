import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, until } from '../../test/support/served-site.ts';
import { feedWatchdog, notifyService } from './service-notice.ts';

const folder = mkdtempSync(join(tmpdir(), 'galley-notify-'));
const told = join(folder, 'told');
after(() => rmSync(folder, { recursive: true, force: true }));

// In the place of systemd's own program one that writes down what it is called with.
writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${told}\n`);
chmodSync(join(folder, 'systemd-notify'), 0o755);
const env = { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: '/run/notify' };

async function lines(count: number): Promise<string[]> {
  const read = (): string[] => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []);
  await until(`${count} lines are there`, () => read().length >= count);
  return read();
}

test('the service manager is told the state and the process, where there is one', async () => {
  notifyService('READY=1', { ...env, NOTIFY_SOCKET: undefined });
  notifyService('READY=1', env);
  assert.deepEqual(await lines(1), [`--pid=${process.pid} READY=1`]);
});

test('its watchdog is fed twice in the time that it allows, until that is ended', async () => {
  const end = feedWatchdog({ ...env, WATCHDOG_USEC: '200000' });
  assert.ok((await lines(3)).slice(1).every((line) => line.endsWith('WATCHDOG=1')));
  end();
  await until('what was called has ended', () => childrenOf(process.pid).length === 0);
  const count = (await lines(0)).length;
  await sleep(300);
  assert.equal((await lines(0)).length, count);
});
