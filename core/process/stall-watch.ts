import { type Profiler, Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import type { Site } from '../kernel/site.ts';

const LOOK_MS = 50;
/** How long it is watched closely after a stall. */
const CLOSE_MS = 30_000;
const SAMPLE_MICROSECONDS = 5000;
/** The part of a stall that a plugin must have spent to be named. */
const SHARE = 0.5;

type Folder = Pick<ReturnType<Site['plugins']['get']> & object, 'name' | 'directory'>;

/** A plugin that kept the process busy, and where in its code. */
export interface StallBlame {
  plugin: string;
  /** Milliseconds of the stall that were spent in it. */
  ms: number;
  /** Function, file and line. */
  place: string;
}

const fileOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url);

/** The innermost call in a plugin's folder, from the bottom of a stack on; found once for each node. */
function placesIn(
  profile: Profiler.Profile,
  plugins: readonly Folder[],
): Map<number, { plugin: string; place: string }> {
  const places = new Map<number, { plugin: string; place: string }>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const walk = (id: number, outer: { plugin: string; place: string } | undefined): void => {
    const node = nodes.get(id);
    if (!node) return;
    const { functionName, url, lineNumber } = node.callFrame;
    const file = fileOf(url);
    const owner = url === '' ? undefined : plugins.find(({ directory }) => file.startsWith(`${directory}/`));
    const here = owner
      ? {
          plugin: owner.name,
          place: `${functionName || 'a function'} (${file.slice(owner.directory.length + 1)}:${lineNumber + 1})`,
        }
      : outer;
    if (here) places.set(id, here);
    for (const child of node.children ?? []) walk(child, here);
  };
  if (profile.nodes[0]) walk(profile.nodes[0].id, undefined);
  return places;
}

/**
 * Names the plugin that the last `ms` milliseconds of a profile were spent in, where one took at least half of them.
 * @param plugins where plugins stand
 */
export function blameStall(profile: Profiler.Profile, ms: number, plugins: readonly Folder[]): StallBlame | undefined {
  const { samples = [], timeDeltas = [] } = profile;
  const places = placesIn(profile, plugins);
  const spent = new Map<string, StallBlame>();
  let left = ms * 1000;
  for (let index = samples.length - 1; index >= 0 && left > 0; index--) {
    const took = Math.max(timeDeltas[index] ?? 0, 0);
    left -= took;
    const found = places.get(samples[index] ?? -1);
    if (!found) continue;
    const sum = spent.get(found.plugin) ?? { ...found, ms: 0 };
    sum.ms += took / 1000;
    spent.set(found.plugin, sum);
  }
  const [most] = [...spent.values()].sort((a, b) => b.ms - a.ms);
  return most && most.ms >= ms * SHARE ? most : undefined;
}

/**
 * Notices when the process does nothing else for a while, and names the plugin that it was busy with: after a stall it
 * looks closely, by V8's own sampling, for half a minute, so that the next one is traced. Costs nothing before.
 */
export class StallWatch {
  readonly #site: Site;
  readonly #stallMs: number;
  #timer: NodeJS.Timeout | undefined;
  #session: Session | undefined;
  #closeUntil = 0;

  /** @param stallMs how long the process must be held up */
  constructor(site: Site, stallMs: number) {
    this.#site = site;
    this.#stallMs = stallMs;
  }

  start(): void {
    if (this.#stallMs === 0) return;
    let due = performance.now() + LOOK_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      const late = now - due;
      if (late >= this.#stallMs) this.#onStall(late);
      else if (this.#session && now > this.#closeUntil) this.#lookAway();
      due = performance.now() + LOOK_MS;
    }, LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#lookAway();
  }

  #onStall(ms: number): void {
    this.#closeUntil = performance.now() + CLOSE_MS;
    const seen = this.#session;
    if (!seen) {
      this.#lookClosely();
      return;
    }
    // Answers of one's own process come at once.
    seen.post('Profiler.stop', (error, reply) => {
      if (!error) this.#tell(ms, blameStall(reply.profile, ms, this.#site.plugins.list()));
      seen.post('Profiler.start');
    });
  }

  #tell(ms: number, found: StallBlame | undefined): void {
    const { log, plugins } = this.#site;
    if (!found) return;
    const { plugin, place } = found;
    plugins.fault(plugin, 'event loop', `It holds the whole process up: ${place}`);
    log.ownedBy(plugin).warn({ ms: Math.round(ms), place }, 'The plugin held the whole process up');
  }

  #lookClosely(): void {
    const session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
    session.post('Profiler.start');
    this.#session = session;
  }

  #lookAway(): void {
    this.#session?.disconnect();
    this.#session = undefined;
  }
}
