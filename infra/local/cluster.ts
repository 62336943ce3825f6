// The command `infra/local/cluster`: starts, shows, breaks, heals and stops a whole cluster on loopback.
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterMissing, openCluster } from './local-cluster.ts';
import { passToGalley } from './web.ts';

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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
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
  const cluster = openCluster(folder, Number(values.port));
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
  const lack = clusterMissing();
  if (lack) throw new Error(lack);
  const from = Date.now();
  const cluster = openCluster(folder, port);
  await cluster.up(posts, say);
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
