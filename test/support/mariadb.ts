import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { findBinary, freePorts } from '../../infra/local/processes.ts';
import { scratchFolder, sharedServer } from './shared-server.ts';

export { scratchFolder } from './shared-server.ts';

/** A running server of the tests. */
export interface MariadbServer {
  host: string;
  port: number;
  socket: string;
  pid: number;
}

/** A schema of one test file. */
export interface TestDatabase {
  /** For DATABASE_URL. */
  url: string;
  name: string;
  server: MariadbServer;
  drop(): Promise<void>;
}

const START_MS = 120_000;

/** Why tests on MariaDB are skipped, with how to get it; false when they can run. For the `skip` option of a test. */
export function mariadbMissing(): string | false {
  const found = findBinary('mariadbd') !== undefined && findBinary('mariadb-install-db') !== undefined;
  return found ? false : 'MariaDB is not installed: no mariadbd found. On Debian: apt-get install mariadb-server';
}

async function waitUntilReady(server: MariadbServer, child: ChildProcess, errorLog: string): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      const connection = await mysql.createConnection({ socketPath: server.socket, user: 'root' });
      await connection.query("CREATE USER IF NOT EXISTS galley@'127.0.0.1' IDENTIFIED BY 'galley'");
      await connection.query("GRANT ALL PRIVILEGES ON *.* TO galley@'127.0.0.1'");
      await connection.end();
      return;
    } catch (error) {
      if (child.exitCode === null && Date.now() < end) await delay(50);
      else
        throw new Error(
          `MariaDB did not start: ${String(error)}\n${existsSync(errorLog) ? readFileSync(errorLog, 'utf8').slice(-2_000) : ''}`,
        );
    }
  }
}

/**
 * Starts a MariaDB of its own, with the settings of production but for the disk: nothing has to survive a test.
 * @param folder an empty folder for its data
 */
export async function startMariadb(
  folder: string,
  extra: readonly string[] = [],
): Promise<{ server: MariadbServer; stop(): Promise<void>; child: ChildProcess }> {
  const asRoot = userInfo().uid === 0;
  const user = asRoot ? ['--user=mysql'] : [];
  const data = join(folder, 'data');
  const errorLog = join(folder, 'error.log');
  mkdirSync(folder, { recursive: true });
  if (asRoot) await promisify(execFile)('chown', ['mysql', folder]);
  const install = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...user,
  ];
  if (!existsSync(data)) await promisify(execFile)(findBinary('mariadb-install-db') ?? '', install);
  const [port = 0] = await freePorts(1);
  const socket = join(folder, 's.sock');
  const args = [
    '--no-defaults',
    ...user,
    `--datadir=${data}`,
    // Not the machine's: a server that starts removes what looks like temporary tables there, also those of others.
    `--tmpdir=${folder}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--pid-file=${join(folder, 'pid')}`,
    `--log-error=${errorLog}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_520_ci',
    '--innodb-snapshot-isolation=ON',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=128M',
    '--innodb-log-file-size=48M',
    '--innodb-doublewrite=0',
    '--skip-log-bin',
    '--max-connections=300',
    '--max-allowed-packet=64M',
    '--performance-schema=OFF',
    ...extra,
  ];
  const child = spawn(findBinary('mariadbd') ?? '', args, { stdio: 'ignore' });
  const server: MariadbServer = { host: '127.0.0.1', port, socket, pid: child.pid ?? 0 };
  await waitUntilReady(server, child, errorLog);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  };
  return { server, stop, child };
}

/** A fresh schema on the tests' MariaDB. Check `mariadbMissing()` before. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await sharedServer<MariadbServer>('mariadb');
  const name = `t_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const run = async (sql: string): Promise<void> => {
    const connection = await mysql.createConnection({ socketPath: server.socket, user: 'root' });
    await connection.query(sql);
    await connection.end();
  };
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
  const url = `mysql://galley:galley@${server.host}:${server.port}/${name}`;
  return { url, name, server, drop: () => run(`DROP DATABASE IF EXISTS ${name}`) };
}

/** A server that one test may kill. */
export async function privateMariadb(
  extra: readonly string[] = [],
): Promise<{ server: MariadbServer; url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(scratchFolder(), 'galley-mariadb-own-'));
  const started = await startMariadb(folder, extra);
  const connection = await mysql.createConnection({ socketPath: started.server.socket, user: 'root' });
  await connection.query('CREATE DATABASE own CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci');
  await connection.end();
  const stop = async (): Promise<void> => {
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server: started.server, url: `mysql://galley:galley@127.0.0.1:${started.server.port}/own`, stop };
}
