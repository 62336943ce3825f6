// How long a visitor may still be given the former page after an edit was acknowledged: edits on changing processes of
// one site, under load, until every process answers with the new page.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, mariadbMissing } from '../test/support/mariadb.ts';
import { noRedis, startRedis } from '../test/support/redis.ts';
import { type CoherenceNode, type SharedSite, startNode } from './coherence-node.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

const NODES = 3;
const POSTS = 24;
const LANES = 4;
const READERS = 4;

interface Post {
  id: number;
  path: string;
  /** The edition that every process has shown. */
  settled: number;
}

const EDITION = /edition-(\d+)-end/;

async function editionAt(node: CoherenceNode, path: string): Promise<number> {
  const reply = await fetch(node.origin + path);
  const page = await reply.text();
  if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}`);
  return Number(EDITION.exec(page)?.[1] ?? Number.NaN);
}

class Trial {
  readonly #nodes: readonly CoherenceNode[];
  readonly #posts: Post[] = [];
  readonly staleMs: number[] = [];
  readonly savedMs: number[] = [];
  /** Pages of before, given after all processes had shown the new one. */
  relapses = 0;
  reads = 0;

  constructor(nodes: readonly CoherenceNode[]) {
    this.#nodes = nodes;
  }

  #node(number: number): CoherenceNode {
    return this.#nodes[number % this.#nodes.length] as CoherenceNode;
  }

  async prepare(): Promise<void> {
    for (let number = 0; number < POSTS; number++) {
      const { id, path } = await this.#node(0).publish(`post ${number} edition-0-end`);
      this.#posts.push({ id, path, settled: 0 });
    }
    for (const { path } of this.#posts) for (const node of this.#nodes) await editionAt(node, path);
  }

  /** Asks a process until it shows the edition. @returns when the last byte of a former page came, or 0 */
  async #untilShown(node: CoherenceNode, path: string, edition: number): Promise<number> {
    let last = 0;
    while ((await editionAt(node, path)) < edition) last = performance.now();
    return last;
  }

  async edit(number: number, post: Post, edition: number): Promise<void> {
    const from = performance.now();
    await this.#node(number).publish(`post edition-${edition}-end`, post.id);
    const acknowledged = performance.now();
    this.savedMs.push(acknowledged - from);
    const last = await Promise.all(this.#nodes.map((node) => this.#untilShown(node, post.path, edition)));
    this.staleMs.push(Math.max(0, Math.max(...last) - acknowledged));
    post.settled = edition;
  }

  /** Each lane has posts of its own, so that the next edition is known. */
  async run(edits: number): Promise<void> {
    let left = edits;
    let isOver = false;
    const lane = async (first: number): Promise<void> => {
      const own = this.#posts.filter((_, index) => index % LANES === first);
      for (let round = 0; left > 0; round++) {
        left -= 1;
        const post = own[round % own.length] as Post;
        await this.edit(round + first, post, post.settled + 1);
      }
    };
    const reader = async (first: number): Promise<void> => {
      for (let round = first; !isOver; round += 7) {
        const post = this.#posts[round % POSTS] as Post;
        const { settled } = post;
        if ((await editionAt(this.#node(round), post.path)) < settled) this.relapses += 1;
        this.reads += 1;
      }
    };
    const readers = Array.from({ length: READERS }, (_, index) => reader(index));
    await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
    isOver = true;
    await Promise.all(readers);
  }
}

async function measure(name: string, site: SharedSite, edits: number): Promise<Row> {
  const nodes: CoherenceNode[] = [];
  try {
    for (let count = 0; count < NODES; count++) nodes.push(await startNode(site));
    const trial = new Trial(nodes);
    await trial.prepare();
    await trial.run(edits);
    const at = (values: number[], share: number): number =>
      values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
    return {
      'told by': name,
      edits: trial.staleMs.length,
      reads: trial.reads,
      'save p50 ms': at(trial.savedMs, 0.5),
      'stale p50 ms': at(trial.staleMs, 0.5),
      'stale p99 ms': at(trial.staleMs, 0.99),
      'stale at most ms': at(trial.staleMs, 1),
      'stale again': trial.relapses,
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const missing = mariadbMissing() || noRedis;
  if (missing) return [{ 'told by': missing }];
  const rows: Row[] = [];
  for (const [name, edits] of [
    ['Redis', quick ? 100 : 10_000],
    ['the store', quick ? 20 : 500],
  ] as const) {
    const contentDir = mkdtempSync(join(tmpdir(), 'galley-coherence-'));
    const database = await createDatabase();
    const redis = name === 'Redis' ? await startRedis() : undefined;
    try {
      rows.push(await measure(name, { contentDir, url: database.url, redisUrl: redis?.url ?? '' }, edits));
    } finally {
      await redis?.stop();
      await database.drop();
      rmSync(contentDir, { recursive: true, force: true });
    }
  }
  return rows;
}

/** See {@link Bench}. */
export const coherenceBench: Bench = {
  title: `Edits on ${NODES} processes of a site on MariaDB, under load: how long a former page is still given`,
  run,
};
