// The life of a plugin with tables on a site of two processes under load, whose commands are killed at random moments.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServedSite } from '../test/support/served-site.ts';
import { expectedOf, type KioskState, stateOf, writeKiosk } from './kiosk.ts';
import { visitors } from './processes.ts';
import { generator } from './random.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

const SETTLE_MS = 60_000;
const VISITORS = 2;
// A machine that is busy besides is slow, and a slow process is not what is looked at here.
const PATIENCE = { GALLEY_PROCESS_HANG_SECONDS: '120', GALLEY_PROCESS_START_SECONDS: '300' };
/** The commands of a life, in order: each is killed, and then done to its end, so that the next one can come. */
const ACTS = ['install', 'activate', 'update', 'rollback', 'uninstall'] as const;
type Act = (typeof ACTS)[number];

interface Tally {
  kills: number;
  /** Killed before and after the point from which on a change is finished; ended before it was killed. */
  before: number;
  after: number;
  late: number;
  halfStates: string[];
  longestMs: number;
}

interface Life {
  served: ServedSite;
  folder: string;
  random(): number;
  /** How long each command took the last time that nobody killed it. */
  took: Map<Act, number>;
  tallies: Map<Act, Tally>;
  /** What is done at this moment. */
  doing: { act: Act };
}

function argumentsOf(act: Act, folder: string): string[] {
  switch (act) {
    case 'install':
      return ['install', join(folder, 'first', 'kiosk')];
    case 'update':
      return ['install', join(folder, 'second', 'kiosk'), '--force'];
    case 'rollback':
      return ['rollback', 'kiosk'];
    case 'uninstall':
      return ['uninstall', 'kiosk', '--deactivate', '--drop-data'];
    default:
      return ['activate', 'kiosk'];
  }
}

function start({ served, folder }: Life, act: Act): ChildProcess {
  return served.start('plugin', ...argumentsOf(act, folder), '--yes');
}

/** Does it to its end. */
async function complete(life: Life, act: Act): Promise<void> {
  life.doing.act = act;
  const from = performance.now();
  const [code] = (await once(start(life, act), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`"${act}" ended with ${code}.`);
  life.took.set(act, performance.now() - from);
}

/** Waits until all that is there goes together, and the site answers as it must. @returns what does not, where it never does */
async function settle({ served }: Life): Promise<{ state: KioskState; problem: string }> {
  const end = Date.now() + SETTLE_MS;
  // Whoever comes next clears up.
  await served.galley('plugin', 'list');
  for (;;) {
    const state = stateOf(served.contentDir);
    const expected = expectedOf(state);
    const { status, body } = await served.get('/kiosk');
    const left = readdirSync(join(served.contentDir, 'plugin-versions')).filter((name) => name !== 'kiosk');
    const answers = status === expected.status && (status !== 200 || body === expected.body);
    if (expected.problem === '' && answers && left.length === 0) return { state, problem: '' };
    if (Date.now() > end)
      return { state, problem: `${expected.problem || `/kiosk answers ${status} "${body}"`} ${left.join(', ')}` };
    await sleep(250);
  }
}

async function killed(life: Life, act: Act): Promise<void> {
  const tally = life.tallies.get(act) ?? { kills: 0, before: 0, after: 0, late: 0, halfStates: [], longestMs: 0 };
  life.tallies.set(act, tally);
  const was = stateOf(life.served.contentDir);
  const moment = life.random() * (life.took.get(act) ?? 3_000);
  life.doing.act = act;
  const child = start(life, act);
  const ended = once(child, 'exit');
  await Promise.race([sleep(moment), ended]);
  const isLate = !child.kill('SIGKILL');
  await ended;
  const from = performance.now();
  const { state, problem } = await settle(life);
  tally.kills++;
  tally.longestMs = Math.max(tally.longestMs, performance.now() - from);
  if (isLate) tally.late++;
  else if (state.mark === was.mark) tally.before++;
  else tally.after++;
  if (problem !== '') tally.halfStates.push(`${act} at ${Math.round(moment)} ms: ${problem}`);
  if (problem !== '') process.stdout.write(`  half: ${tally.halfStates.at(-1)}\n${life.served.log.slice(-3000)}\n`);
}

/** What has to be there for a command, whatever a kill before it left. */
async function prepare(life: Life, act: Act): Promise<void> {
  const { version, isActive } = stateOf(life.served.contentDir);
  const needs: Record<Act, boolean> = {
    install: version === '',
    activate: version !== '' && !isActive,
    update: version === '1.0.0' && isActive,
    rollback: version === '2.0.0' && isActive,
    uninstall: version !== '',
  };
  if (needs[act]) return;
  const at = ACTS.indexOf(act);
  if (act === 'install') await complete(life, 'uninstall');
  else if (version === '') await complete(life, 'install');
  else if (!isActive) await complete(life, 'activate');
  else if (act === 'activate') await complete(life, 'uninstall');
  else await complete(life, version === '1.0.0' ? 'update' : 'rollback');
  await settle(life);
  if (at >= 0) await prepare(life, act);
}

async function live(life: Life, acts: readonly Act[], { rounds, end }: { rounds: number; end: number }): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const act of acts) {
      if (Date.now() > end) return;
      if (act === acts[0] && round > 0 && round % 10 === 0) process.stdout.write(`  ${round} rounds\n`);
      await prepare(life, act);
      await killed(life, act);
    }
  }
}

/** The steps that were named, or all. @throws for another word, before anything is started */
function chosenActs(only: string | undefined): readonly Act[] {
  const names = only?.split(',') ?? ACTS;
  const unknown = names.filter((name) => !ACTS.some((act) => act === name));
  if (unknown.length > 0) throw new Error(`There is no step ${unknown.join(', ')}. There are: ${ACTS.join(', ')}.`);
  return ACTS.filter((act) => names.includes(act));
}

/** Asks the plugin itself all the time: it may be away, and it may not fail. */
function customers({ served, doing }: Life): () => Promise<{ asked: number; failed: number }> {
  const count = { asked: 0, failed: 0 };
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { status } = await served.get('/kiosk');
      count.asked++;
      if (status !== 200 && status !== 404) {
        count.failed++;
        process.stdout.write(`  the plugin answered ${status} at "${doing.act}"\n`);
      }
      await sleep(50);
    }
  })();
  return async () => {
    isOver = true;
    await asking;
    return count;
  };
}

function rowsOf({ tallies }: Life): Row[] {
  return [...tallies].map(([act, tally]) => ({
    killed: act,
    kills: tally.kills,
    'as before': tally.before,
    done: tally.after,
    'too late': tally.late,
    'half states': tally.halfStates.length,
    'longest until whole, s': tally.longestMs / 1000,
  }));
}

async function run({ quick, given = {} }: BenchOptions): Promise<Row[]> {
  const seed = Number(given['seed'] ?? Math.floor(Math.random() * 2 ** 31));
  const rounds = Number(given['rounds'] ?? (quick ? 1 : 100));
  const end = Date.now() + Number(given['minutes'] ?? 600) * 60_000;
  const acts = chosenActs(given['only']);
  process.stdout.write(`  seed ${seed}, ${rounds} kills of each: ${acts.join(', ')}\n`);
  const served = new ServedSite({ GALLEY_LOG_LEVEL: 'warn', ...PATIENCE });
  const folder = await mkdtemp(join(tmpdir(), 'galley-kiosk-'));
  const life: Life = {
    served,
    folder,
    random: generator(seed),
    took: new Map(),
    tallies: new Map(),
    doing: { act: 'install' },
  };
  try {
    await writeKiosk(folder);
    await served.serve('--workers=2', '--role=web');
    for (const act of ACTS) {
      await complete(life, act);
      await settle(life);
    }
    const [stopVisitors, stopCustomers] = [visitors(served.origin, VISITORS), customers(life)];
    await live(life, acts, { rounds, end });
    const { milliseconds, failed, lost } = await stopVisitors();
    const { asked, failed: errors } = await stopCustomers();
    return [
      ...rowsOf(life),
      { killed: 'visitors meanwhile', requests: milliseconds.length, 'tried twice': failed, lost },
      { killed: 'those who asked the plugin', requests: asked, lost: errors },
    ];
  } finally {
    await served.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** See {@link Bench}. */
export const pluginKillsBench: Bench = {
  title: 'kill -9 at random moments of the life of a plugin with tables, on a site of two processes under load',
  run,
};
