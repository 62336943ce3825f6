// All parts of a cluster on loopback: the command `infra/local/cluster` and the benches start and break the same one.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { galeraMissing, LocalGalera } from './galera.ts';
import { findBinary } from './processes.ts';
import { redisServers, redisUrl } from './redis.ts';
import type { Server } from './server.ts';
import { type GalleyPlace, galleyServer, nginxServer, runGalley } from './web.ts';

/** What a cluster remembers. */
export interface Saved {
  port: number;
  secret: string;
  password: string;
}

const three = (base: number): number[] => [1, 2, 3].map((number) => base + number);

/** All parts of a cluster in one folder. */
export class LocalCluster {
  readonly folder: string;
  readonly saved: Saved;
  readonly galera: LocalGalera;
  readonly place: GalleyPlace;
  readonly redis: Server[];
  readonly galley: Server[];
  readonly nginx: Server;

  /** @param environment what Galley's processes are told besides */
  constructor(folder: string, saved: Saved, environment: NodeJS.ProcessEnv = {}) {
    const { port } = saved;
    const sentinels = three(port + 60);
    this.folder = folder;
    this.saved = saved;
    const ports = [1, 2, 3].map((n) => ({
      sql: port + 10 + n,
      group: port + 20 + n,
      ist: port + 30 + n,
      sst: port + 40 + n,
    }));
    this.galera = new LocalGalera({ folder, ports });
    this.place = {
      folder,
      url: `http://127.0.0.1:${port}`,
      databaseUrl: this.galera.url('galley'),
      redisUrl: redisUrl(sentinels),
      secret: saved.secret,
      password: saved.password,
      environment,
    };
    this.redis = redisServers(folder, { redis: three(port + 50), sentinel: sentinels });
    this.galley = ['web1', 'web2', 'worker'].map((name, index) => galleyServer(this.place, name, port + 1 + index));
    this.nginx = nginxServer(this.place, port, [port + 1, port + 2]);
  }

  /** All that is one process, in the order in which it is started. */
  get servers(): Server[] {
    return [...this.redis, ...this.galley, this.nginx];
  }

  /** Starts all, and fills a new one with posts. @param say told how far it is */
  async up(posts: number, say: (text: string) => void = () => undefined): Promise<void> {
    const isNew = !existsSync(join(this.folder, 'n1'));
    const down = this.galera.numbers.filter((number) => this.galera.pid(number) === undefined);
    const startGalera = down.length === 3 ? this.galera.start() : Promise.all(down.map((n) => this.galera.heal(n)));
    await Promise.all([startGalera, ...this.redis.map((server) => server.start())]);
    if (isNew) {
      say('The store and Redis run; filling the site.');
      const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci';
      await this.galera.query(1, `CREATE DATABASE IF NOT EXISTS galley ${text}`);
      runGalley(this.place, ['seed', `--posts=${posts}`, '--quiet']);
    }
    // The first makes what only one may make; the others find it there.
    const [first, ...others] = this.galley;
    await first?.start();
    await Promise.all(others.map((server) => server.start()));
    await this.nginx.start();
  }

  /** Ends all in order. */
  async down(): Promise<void> {
    await this.nginx.stop();
    await Promise.all(this.galley.map((server) => server.stop()));
    await Promise.all(this.redis.map((server) => server.stop()));
    await this.galera.stop();
  }

  /** How every part is. */
  async rows(): Promise<object[]> {
    const nodes = await this.galera.status();
    const others = await Promise.all(
      this.servers.map(async (server) => {
        const { name, address } = server.options;
        return { node: name, address, pid: server.pid ?? '', state: await server.state() };
      }),
    );
    return [
      ...nodes.map(({ name, port, pid, state, status, size }) => ({
        node: name.replace('n', 'db'),
        address: `127.0.0.1:${port}`,
        pid: pid ?? '',
        state: state === 'down' ? (pid === undefined ? 'down' : 'hangs') : `${state}, ${status}, ${size} nodes`,
      })),
      ...others,
    ];
  }

  /** Breaks or heals a part. @throws where there is none of that name */
  async act(command: 'kill' | 'freeze' | 'cut' | 'heal', node: string): Promise<void> {
    const number = Number(/^db([1-3])$/.exec(node)?.[1] ?? 0);
    if (number > 0) return await this.#actOnStore(command, number);
    const server = this.servers.find(({ options }) => options.name === node);
    if (!server || command === 'cut') throw new Error(`There is no ${command} for "${node}".`);
    await server[command]();
  }

  async #actOnStore(command: 'kill' | 'freeze' | 'cut' | 'heal', number: number): Promise<void> {
    if (command === 'cut') await this.galera.isolate(number, true);
    else await this.galera[command](number);
  }
}

/** Why no cluster can be started here, with how to get it; false when it can. */
export function clusterMissing(): string | false {
  for (const name of ['redis-server', 'nginx'])
    if (!findBinary(name)) return `${name} is not installed. On Debian: apt-get install redis-server nginx-light`;
  return galeraMissing();
}

/** The cluster of a folder, which remembers its port and secrets; a new one where there is none. */
export function openCluster(folder: string, port: number, environment: NodeJS.ProcessEnv = {}): LocalCluster {
  const file = join(folder, 'cluster.json');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) {
    const fresh: Saved = {
      port,
      secret: randomBytes(36).toString('base64'),
      password: randomBytes(12).toString('base64url'),
    };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  return new LocalCluster(folder, JSON.parse(readFileSync(file, 'utf8')) as Saved, environment);
}
