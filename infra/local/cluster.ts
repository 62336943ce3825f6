// The command `infra/local/cluster`: starts, shows, breaks, heals and stops a whole cluster on loopback.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { galeraMissing, LocalGalera } from './galera.ts';
import { findBinary } from './processes.ts';
import { redisServers, redisUrl } from './redis.ts';
import type { Server } from './server.ts';
import { type GalleyPlace, galleyServer, nginxServer, passToGalley, runGalley } from './web.ts';

const HELP = `Usage: infra/local/cluster [--folder=DIR] [--port=8100] [--posts=200] <command>

  up            starts all, and fills a new cluster with posts
  status        shows every part
  kill NODE     ends a part at once, as a power cut would
  freeze NODE   lets a part hang
  cut NODE      cuts db1, db2 or db3 off from the others
  heal NODE     brings a part back, whatever was done to it
  galley …      runs a command of Galley in the cluster: cluster galley doctor --database
  down          stops all; --purge also removes the data

NODE is one of db1 db2 db3 redis1 redis2 redis3 sentinel1 sentinel2 sentinel3 web1 web2 worker nginx.
The folder is ${join(tmpdir(), 'galley-cluster')} unless given; the ports are the 100 after --port.
`;

/** What a cluster remembers. */
interface Saved {
  port: number;
  secret: string;
  password: string;
}

const three = (base: number): number[] => [1, 2, 3].map((number) => base + number);

/** All parts of a cluster in one folder. */
class LocalCluster {
  readonly folder: string;
  readonly saved: Saved;
  readonly galera: LocalGalera;
  readonly place: GalleyPlace;
  readonly redis: Server[];
  readonly galley: Server[];
  readonly nginx: Server;

  constructor(folder: string, saved: Saved) {
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
    };
    this.redis = redisServers(folder, { redis: three(port + 50), sentinel: sentinels });
    this.galley = ['web1', 'web2', 'worker'].map((name, index) => galleyServer(this.place, name, port + 1 + index));
    this.nginx = nginxServer(this.place, port, [port + 1, port + 2]);
  }

  /** All that is one process, in the order in which it is started. */
  get servers(): Server[] {
    return [...this.redis, ...this.galley, this.nginx];
  }

  async up(posts: number): Promise<void> {
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

  async down(): Promise<void> {
    await this.nginx.stop();
    await Promise.all(this.galley.map((server) => server.stop()));
    await Promise.all(this.redis.map((server) => server.stop()));
    await this.galera.stop();
  }

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

  async act(command: 'kill' | 'freeze' | 'cut' | 'heal', node: string): Promise<void> {
    const number = Number(/^db([1-3])$/.exec(node)?.[1] ?? 0);
    if (number > 0) return await this.#actOnStore(command, number);
    const server = this.servers.find(({ options }) => options.name === node);
    if (!server || command === 'cut') throw new Error(`There is no ${command} for "${node}".\n\n${HELP}`);
    await server[command]();
  }

  async #actOnStore(command: 'kill' | 'freeze' | 'cut' | 'heal', number: number): Promise<void> {
    if (command === 'cut') await this.galera.isolate(number, true);
    else await this.galera[command](number);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function missing(): string | false {
  for (const name of ['redis-server', 'nginx'])
    if (!findBinary(name)) return `${name} is not installed. On Debian: apt-get install redis-server nginx-light`;
  return galeraMissing();
}

function open(folder: string, port: number): LocalCluster {
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
  return new LocalCluster(folder, JSON.parse(readFileSync(file, 'utf8')) as Saved);
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const at = words.indexOf('galley');
  const { values, positionals } = parseArgs({
    args: at < 0 ? words : words.slice(0, at + 1),
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: process.env['CLUSTER_DIR'] ?? join(tmpdir(), 'galley-cluster') },
      port: { type: 'string', default: '8100' },
      posts: { type: 'string', default: '200' },
      purge: { type: 'boolean', default: false },
    },
  });
  const [command, node = ''] = positionals;
  const folder = resolve(values.folder);
  if (command === 'up') return await up(folder, Number(values.port), Number(values.posts));
  if (!existsSync(join(folder, 'cluster.json'))) {
    process.stderr.write(command ? `There is no cluster in ${folder}.\n` : HELP);
    return command ? 1 : 2;
  }
  const cluster = open(folder, Number(values.port));
  switch (command) {
    case 'status':
      console.table(await cluster.rows());
      return 0;
    case 'kill':
    case 'freeze':
    case 'cut':
    case 'heal':
      await cluster.act(command, node);
      return 0;
    case 'galley':
      return passToGalley(cluster.place, words.slice(at + 1));
    case 'down':
      await cluster.down();
      if (values.purge) rmSync(folder, { recursive: true, force: true });
      return 0;
    default:
      process.stderr.write(HELP);
      return 2;
  }
}

async function up(folder: string, port: number, posts: number): Promise<number> {
  const lack = missing();
  if (lack) throw new Error(lack);
  const from = Date.now();
  const cluster = open(folder, port);
  await cluster.up(posts);
  const { url, password } = cluster.place;
  say(`The cluster runs after ${Math.round((Date.now() - from) / 1000)} s.

  Site    ${url}/
  Admin   ${url}/admin   (admin, ${password})

  infra/local/cluster status
  infra/local/cluster kill db1    and see that the site goes on; then: heal db1
  infra/local/cluster down`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
