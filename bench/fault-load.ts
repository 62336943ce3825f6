// Visitors and writers of a cluster: how each request went and how long it took.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** How a request went. */
export interface Outcome {
  /** `page`: perhaps out of the cache; `search`: never; `write`: a post and a job; `reread`: it, at once. */
  kind: 'page' | 'search' | 'write' | 'reread';
  /** When it began; milliseconds of `performance.now()`. */
  at: number;
  ms: number;
  /** 0 where there was no answer. */
  status: number;
  /** Of a write: what was to be there afterwards. */
  key: string;
  job: string;
  /** What was said where it failed. */
  said: string;
}

/** How much is asked. */
export interface LoadOptions {
  origin: string;
  /** Pages that are read. */
  paths: readonly string[];
  /** Reads in a second, sent whether those before are answered or not. */
  rate: number;
  writers: number;
  /** Between two writes of one writer, about; milliseconds. */
  pauseMs: number;
  /** What keys begin with. */
  name: string;
  /** From 0 to 1. */
  random(): number;
}

const TICK_MS = 10;
const READ_MS = 10_000;
const WRITE_MS = 60_000;
/** So many writes are made twice at the same time, with one job between them. */
const TWIN_EVERY = 5;
const SEARCH_SHARE = 0.05;

interface Answer {
  status: number;
  said: string;
}

/** Readers at a rate and writers one after the other, until they are stopped. */
export class FaultLoad {
  readonly outcomes: Outcome[] = [];
  readonly #options: LoadOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #running = new Set<Promise<void>>();
  readonly #writers: Promise<void>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  start(): void {
    const { rate } = this.#options;
    const from = performance.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - from) / 1_000) * rate;
      for (; sent < due; sent++) this.#follow(this.#read());
    }, TICK_MS);
  }

  /** Lets the writers begin. */
  startWriting(): void {
    for (let number = 0; number < this.#options.writers; number++) this.#writers.push(this.#write(number));
  }

  /** Begins nothing new and waits for what runs. */
  async stop(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    await Promise.all(this.#writers);
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  #follow(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #read(): Promise<void> {
    const { paths, random } = this.#options;
    const isSearch = random() < SEARCH_SHARE;
    const path = isSearch
      ? `/?s=probe${Math.floor(random() * 1e9)}`
      : (paths[Math.floor(random() * paths.length)] ?? '/');
    await this.#measure({ kind: isSearch ? 'search' : 'page', key: path, job: '' }, () => this.#ask(path));
  }

  async #write(writer: number): Promise<void> {
    const { name, random, pauseMs } = this.#options;
    await pause(random() * pauseMs);
    for (let count = 0; !this.#isOver; count++) {
      const job = `${name}-${writer}-${count}`;
      const keys = count % TWIN_EVERY === 0 ? [`${job}-a`, `${job}-b`] : [job];
      await Promise.all(keys.map((key) => this.#writeOne(key, job)));
      await pause(pauseMs * (0.5 + random()));
    }
  }

  async #writeOne(key: string, job: string): Promise<void> {
    const status = await this.#measure({ kind: 'write', key, job }, () => this.#post({ key, job }));
    if (status === 201) await this.#measure({ kind: 'reread', key, job }, () => this.#ask(`/fault-probe/${key}`));
  }

  async #measure(what: Pick<Outcome, 'kind' | 'key' | 'job'>, ask: () => Promise<Answer>): Promise<number> {
    const at = performance.now();
    const { status, said } = await ask().catch((error: Error) => ({ status: 0, said: error.message }));
    this.outcomes.push({ ...what, at, ms: performance.now() - at, status, said });
    return status;
  }

  /** As browsers do, asks once more where an idle connection was closed in the very moment. */
  async #ask(path: string, isAgain = false): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked = request(this.#options.origin + path, { agent: this.#agent, timeout: READ_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve(answerOf(response.statusCode ?? 0, chunks)));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${READ_MS} ms`)));
    asked.on('error', (error) => {
      const isIdle = asked.reusedSocket && /ECONNRESET|hang up/.test(error.message);
      if (isIdle && !isAgain) resolve(this.#ask(path, true));
      else reject(error);
    });
    asked.end();
    return await promise;
  }

  async #post(body: object): Promise<Answer> {
    const reply = await fetch(`${this.#options.origin}/fault-probe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(WRITE_MS),
    });
    const said = await reply.text();
    return { status: reply.status, said: reply.ok ? '' : said };
  }
}

function answerOf(status: number, chunks: readonly Buffer[]): Answer {
  const text =
    status < 500
      ? ''
      : Buffer.concat(chunks)
          .toString()
          .replace(/<(style|script).*?<\/\1>|<[^>]+>|\s+/gs, ' ');
  return { status, said: text.trim().slice(0, 300) };
}
