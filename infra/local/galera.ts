// A Galera cluster on loopback from Debian's packages. The tests use the same code as `infra/local/cluster`.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type GaleraOptions, galeraLibrary, writeNodeConfig } from './galera-config.ts';
import { findBinary, isRunning, readPid, until, writePid } from './processes.ts';

/** What a node says of itself. */
export interface GaleraStatus {
  name: string;
  port: number;
  pid: number | undefined;
  /** `Synced`, `Donor/Desynced`, `Initialized`, … or `down`. */
  state: string;
  /** `Primary` when it belongs to the majority. */
  status: string;
  size: number;
}

/** How far a node came before it was killed. */
interface Position {
  uuid: string;
  seqno: number;
}

const START_MS = 90_000;
const STOP_MS = 20_000;
const ANSWER_MS = 1_000;
const MAX_SOCKET_PATH = 100;
const run = promisify(execFile);

/** Why no cluster can be started here, with how to get it; false when it can. */
export function galeraMissing(): string | false {
  const needs = [findBinary('mariadbd'), findBinary('mariadb-install-db'), findBinary('rsync')];
  const found = needs.every((path) => path !== undefined) && galeraLibrary() !== undefined;
  return found
    ? false
    : 'Galera is not installed. On Debian: apt-get install mariadb-server galera-4 rsync socat iproute2';
}

/** Three (or more) MariaDB servers that replicate to each other. They run on when the process that started them ends. */
export class LocalGalera {
  readonly #options: GaleraOptions;
  /** As root MariaDB wants a user of its own, and the rsync of a whole copy does too. */
  readonly #user = userInfo().uid === 0 ? 'mysql' : userInfo().username;

  constructor(options: GaleraOptions) {
    if (join(options.folder, 'n1/s').length > MAX_SOCKET_PATH)
      throw new Error(`The folder ${options.folder} has a path that is too long for a socket.`);
    this.#options = options;
  }

  /** Numbers of the nodes, from 1. */
  get numbers(): number[] {
    return this.#options.ports.map((_, index) => index + 1);
  }

  /** For DATABASE_URL: all nodes, the first first. */
  url(database: string): string {
    const hosts = this.#options.ports.map(({ sql }) => `127.0.0.1:${sql}`).join(',');
    return `mysql://galley:galley@${hosts}/${database}`;
  }

  /** Starts all nodes; a new cluster gets a user `galley` with the password `galley`. */
  async start(): Promise<void> {
    if (!existsSync(join(this.#folder(1), 'data'))) await this.#create();
    const { first, positions } = await this.#newest();
    await this.#launch(first, { more: ['--wsrep-new-cluster'], position: positions[first - 1] });
    await this.synced(first);
    const others = this.numbers.filter((number) => number !== first);
    await Promise.all(others.map((number) => this.#launch(number, { position: positions[number - 1] })));
    await Promise.all(others.map((number) => this.synced(number)));
  }

  /** Ends a node at once, as a power cut would. */
  kill(number: number): void {
    this.#signal(number, 'SIGKILL');
  }

  /** Lets a node hang: its connections stay, nothing is answered. */
  freeze(number: number): void {
    this.#signal(number, 'SIGSTOP');
  }

  /** Lets it go on. */
  thaw(number: number): void {
    this.#signal(number, 'SIGCONT');
  }

  /** Cuts a node off from the others, as a broken network would; it still answers its clients. */
  async isolate(number: number, isCut: boolean): Promise<void> {
    await this.query(number, `SET GLOBAL wsrep_provider_options = 'gmcast.isolate=${isCut ? 1 : 0}'`);
  }

  /** Brings a node back, whatever was done to it. */
  async heal(number: number): Promise<void> {
    if (this.pid(number) === undefined) {
      const isAlone = this.numbers.every((other) => this.pid(other) === undefined);
      if (isAlone) return await this.start();
      await this.#launch(number);
    } else {
      this.thaw(number);
      await this.isolate(number, false).catch(() => undefined);
    }
    await this.synced(number);
  }

  /** Ends all nodes in order, so that the last one knows that it may begin again. */
  async stop(): Promise<void> {
    for (const number of this.numbers.toReversed()) {
      this.#signal(number, 'SIGCONT');
      this.#signal(number, 'SIGTERM');
      const ended = await until(() => this.pid(number) === undefined, STOP_MS);
      if (!ended) this.kill(number);
    }
  }

  /** Ends all nodes at once and removes their data. */
  async destroy(): Promise<void> {
    for (const number of this.numbers) this.kill(number);
    await until(() => this.numbers.every((number) => this.pid(number) === undefined), STOP_MS);
    for (const number of this.numbers) rmSync(this.#folder(number), { recursive: true, force: true });
  }

  /** Process of a node; undefined when it does not run. */
  pid(number: number): number | undefined {
    return readPid(join(this.#folder(number), 'pid'));
  }

  /** Runs a statement as root on one node. */
  async query(number: number, sql: string): Promise<Record<string, unknown>[]> {
    const connection = await mysql.createConnection({ socketPath: this.#socket(number), user: 'root' });
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql);
      return Array.isArray(rows) ? rows : [];
    } finally {
      connection.destroy();
    }
  }

  /** How all nodes are. */
  async status(): Promise<GaleraStatus[]> {
    return await Promise.all(this.numbers.map((number) => this.#statusOf(number)));
  }

  /** Waits until a node has all that the others have. @throws with the end of its log when it does not come */
  async synced(number: number): Promise<void> {
    const isSynced = async (): Promise<boolean> => {
      if (this.pid(number) === undefined) throw new Error(`Node ${number} ended.\n${this.#log(number)}`);
      return (await this.#statusOf(number)).state === 'Synced';
    };
    if (!(await until(isSynced, START_MS))) throw new Error(`Node ${number} is not synced.\n${this.#log(number)}`);
  }

  #folder(number: number): string {
    return join(this.#options.folder, `n${number}`);
  }

  #socket(number: number): string {
    return join(this.#folder(number), 's');
  }

  #log(number: number): string {
    const file = join(this.#folder(number), 'error.log');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2_000) : '';
  }

  #signal(number: number, signal: NodeJS.Signals): void {
    const pid = this.pid(number);
    if (pid !== undefined) process.kill(pid, signal);
  }

  async #statusOf(number: number): Promise<GaleraStatus> {
    const name = `n${number}`;
    const port = this.#options.ports[number - 1]?.sql ?? 0;
    const down = { name, port, pid: this.pid(number), state: 'down', status: '', size: 0 };
    if (down.pid === undefined) return down;
    const wanted = "('wsrep_local_state_comment', 'wsrep_cluster_status', 'wsrep_cluster_size')";
    const answer = this.query(number, `SHOW GLOBAL STATUS WHERE Variable_name IN ${wanted}`);
    const rows = await Promise.race([answer, delay(ANSWER_MS, undefined, { ref: false })]).catch(() => undefined);
    if (rows === undefined) return down;
    const facts = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
    const size = Number(facts.get('wsrep_cluster_size'));
    const state = facts.get('wsrep_local_state_comment') ?? 'no cluster';
    return { ...down, state, status: facts.get('wsrep_cluster_status') ?? '', size };
  }

  /** One node is filled and copied, which is quicker than sending its data to the others. */
  async #create(): Promise<void> {
    for (const number of this.numbers) writeNodeConfig(this.#options, number, this.#user);
    chmodSync(this.#options.folder, 0o711); // The servers' own user has to come through.
    const data = join(this.#folder(1), 'data');
    const install = [`--user=${this.#user}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
    await this.#own();
    await run(findBinary('mariadb-install-db') ?? '', ['--no-defaults', `--datadir=${data}`, ...install]);
    await this.#launch(1, { more: ['--wsrep-new-cluster'] });
    await this.synced(1);
    await this.query(1, "CREATE USER galley@'127.0.0.1' IDENTIFIED BY 'galley'");
    await this.query(1, "GRANT ALL PRIVILEGES ON *.* TO galley@'127.0.0.1'");
    this.#signal(1, 'SIGTERM');
    await until(() => this.pid(1) === undefined, STOP_MS);
    for (const number of this.numbers.slice(1))
      cpSync(data, join(this.#folder(number), 'data'), { recursive: true, preserveTimestamps: true });
    await this.#own();
  }

  async #own(): Promise<void> {
    if (userInfo().uid === 0)
      await run('chown', ['-R', this.#user, ...this.numbers.map((number) => this.#folder(number))]);
  }

  /** The node that has seen most, which is the one that may begin; marked so. Positions are known when all were killed. */
  async #newest(): Promise<{ first: number; positions: readonly Position[] }> {
    const states = this.numbers.map((number) => join(this.#folder(number), 'data/grastate.dat'));
    const texts = states.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
    const orderly = texts.findIndex((text) => /^safe_to_bootstrap: 1/m.test(text));
    if (orderly >= 0) return { first: orderly + 1, positions: [] };
    const positions = await Promise.all(this.numbers.map((number) => this.#position(number)));
    const best = positions.indexOf(positions.toSorted((a, b) => b.seqno - a.seqno)[0] ?? { uuid: '', seqno: -1 });
    const text = (texts[best] ?? '').replace(/^safe_to_bootstrap: .*/m, 'safe_to_bootstrap: 1');
    writeFileSync(states[best] ?? '', text);
    return { first: best + 1, positions };
  }

  async #position(number: number): Promise<Position> {
    const log = join(this.#folder(number), 'recover.log');
    const args = [`--defaults-file=${join(this.#folder(number), 'my.cnf')}`, '--wsrep-recover', `--log-error=${log}`];
    rmSync(log, { force: true });
    await run(findBinary('mariadbd') ?? '', args).catch(() => undefined);
    const found = existsSync(log)
      ? /Recovered position: *(?<uuid>[\w-]+):(?<seqno>-?\d+)/.exec(readFileSync(log, 'utf8'))?.groups
      : undefined;
    return { uuid: found?.['uuid'] ?? '', seqno: Number(found?.['seqno'] ?? -1) };
  }

  /** @param known how far it came, where that was looked up before */
  async #launch(
    number: number,
    { more = [], position: known }: { more?: readonly string[]; position?: Position | undefined } = {},
  ): Promise<void> {
    const folder = this.#folder(number);
    const state = join(folder, 'data/grastate.dat');
    const wasKilled = existsSync(state) && /^seqno: *-1/m.test(readFileSync(state, 'utf8'));
    const position = known ?? (wasKilled ? await this.#position(number) : { uuid: '', seqno: -1 });
    const from = position.seqno >= 0 ? [`--wsrep-start-position=${position.uuid}:${position.seqno}`] : [];
    const output = openSync(join(folder, 'out'), 'a');
    const args = [`--defaults-file=${join(folder, 'my.cnf')}`, ...from, ...more];
    const child = spawn(findBinary('mariadbd') ?? '', args, { stdio: ['ignore', output, output], detached: true });
    child.unref();
    writePid(join(folder, 'pid'), child.pid);
    await until(() => child.pid !== undefined && isRunning(child.pid), 1_000);
  }
}
