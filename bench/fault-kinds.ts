// The faults: what is broken, how, and how it is healed.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { LocalGalera } from '../infra/local/galera.ts';
import type { LocalCluster } from '../infra/local/local-cluster.ts';
import { until } from '../infra/local/processes.ts';
import { masterOf } from '../infra/local/redis.ts';
import type { Server } from '../infra/local/server.ts';
import { galleyServer } from '../infra/local/web.ts';

/** Something that goes wrong. */
export interface Fault {
  name: string;
  /** Why it cannot be made on this machine; false where it can. */
  missing?: () => string | false;
  /** How long it lasts; milliseconds. */
  holdMs?: number;
  /** Nothing is written before it, so that pages are in the caches. */
  isReadBefore?: true;
  /** Before the load of each round. */
  prepare?: (cluster: LocalCluster) => Promise<void>;
  break: (cluster: LocalCluster) => Promise<void>;
  heal: (cluster: LocalCluster) => Promise<void>;
}

const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
];
const GONE_MS = 20_000;
/** What a node needs besides its data to take them over anew from another: logs, temporary tables, its cache of writes. */
const SPARE_MB = 320;
const CHUNK = Buffer.alloc(64 * 1024);

function kill(name: string, ...parts: string[]): Fault {
  const all = (cluster: LocalCluster, act: 'kill' | 'heal'): Promise<unknown> =>
    Promise.all(parts.map((part) => cluster.act(act, part)));
  return {
    name,
    break: async (cluster) => void (await all(cluster, 'kill')),
    heal: async (cluster) => void (await all(cluster, 'heal')),
  };
}

const byAct = (name: string, act: 'freeze' | 'cut', part: string): Fault => ({
  name,
  break: (cluster) => cluster.act(act, part),
  heal: (cluster) => cluster.act('heal', part),
});

let master: Server | undefined;

const redisMaster: Fault = {
  name: 'kill-redis-master',
  async break(cluster) {
    master = await masterOf(cluster.redis.slice(0, 3));
    master?.kill();
  },
  heal: async () => await master?.heal(),
};

/** The data of the node that is written to lie on a small disk of their own, which is filled. */
const diskFull: Fault = {
  name: 'disk-full-db1',
  holdMs: 12_000,
  missing: () => (userInfo().uid === 0 ? false : 'a small disk can be mounted by root only'),
  async prepare({ galera, folder }) {
    const data = join(folder, 'n1/data');
    if (spawnSync('mountpoint', ['-q', data]).status === 0) return;
    galera.kill(1);
    await until(() => galera.pid(1) === undefined, GONE_MS);
    execFileSync('mv', [data, `${data}.was`]);
    execFileSync('mkdir', [data]);
    const used = Number(
      execFileSync('du', ['-sm', `${data}.was`])
        .toString()
        .split('\t')[0],
    );
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${used + SPARE_MB}m`, 'tmpfs', data]);
    execFileSync('cp', ['-a', `${data}.was/.`, data]);
    execFileSync('chown', ['-R', 'mysql', data]);
    rmSync(`${data}.was`, { recursive: true });
    await galera.heal(1);
  },
  async break({ folder }) {
    const file = openSync(join(folder, 'n1/data/filler'), 'w');
    try {
      for (;;) writeSync(file, CHUNK);
    } catch {
      // Full.
    } finally {
      closeSync(file); // Else its room would not be given back when it is removed.
    }
  },
  async heal({ galera, folder }) {
    rmSync(join(folder, 'n1/data/filler'), { force: true });
    await restart(galera); // It has left the others by itself, and stays so.
  },
};

async function restart(galera: LocalGalera): Promise<void> {
  galera.kill(1);
  await until(() => galera.pid(1) === undefined, GONE_MS);
  await galera.heal(1);
}

/** Puts away what a fault has mounted. */
export function unmountAll(folder: string): void {
  spawnSync('umount', ['-l', join(folder, 'n1/data')]); // Later, where the server is still about to end.
}

/** The clocks of a web process and of the worker go an hour ahead, and back. */
const clockJump: Fault = {
  name: 'clock-jump',
  missing: () =>
    FAKETIME.some((path) => existsSync(path)) ? false : 'faketime is not installed (apt-get install faketime)',
  async prepare(cluster) {
    setClock(cluster, '+0');
    for (const [index, name] of [
      [0, 'web1'],
      [2, 'worker'],
    ] as const) {
      await cluster.galley[index]?.stop();
      await onOtherClock(cluster, name, index).start();
    }
  },
  break: async (cluster) => setClock(cluster, '+3600'),
  heal: async (cluster) => setClock(cluster, '+0'),
};

function setClock({ folder }: LocalCluster, shift: string): void {
  writeFileSync(join(folder, 'clock'), `${shift}\n`);
}

function onOtherClock({ place, saved, folder }: LocalCluster, name: string, index: number): Server {
  const environment = {
    ...place.environment,
    LD_PRELOAD: FAKETIME.find((path) => existsSync(path)),
    FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'),
    FAKETIME_CACHE_DURATION: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return galleyServer({ ...place, environment }, name, saved.port + 1 + index);
}

/** All faults, in the order in which they are made. */
export const FAULTS: readonly Fault[] = [
  kill('kill-web1', 'web1'),
  kill('kill-worker', 'worker'),
  kill('kill-db1', 'db1'),
  kill('kill-db2', 'db2'),
  kill('kill-db3', 'db3'),
  byAct('cut-db1', 'cut', 'db1'),
  byAct('cut-db3', 'cut', 'db3'),
  byAct('hang-db1', 'freeze', 'db1'),
  redisMaster,
  kill('kill-redis-all', 'redis1', 'redis2', 'redis3'),
  { ...kill('majority-lost', 'db1', 'db2'), isReadBefore: true },
  clockJump,
  diskFull,
];
