import { GalleyError } from '../lib/errors.ts';
import type { Choices, CommandOutput, CommandProgress, TableOptions } from '../services/commands.ts';
import type { Choose } from './choice-prompt.ts';
import { shortLine } from './failure-line.ts';
import { asJson, asYaml, chooseFields, type Format, formatTable, plain, textOf } from './format.ts';

/** Where output goes. */
export interface OutputStreams {
  out: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  err: { write(text: string): unknown; isTTY?: boolean };
}

/** Asks a question on the terminal and returns the answer. */
export type Ask = (question: string) => Promise<string>;

/** What the global options ask of the output. */
export interface OutputOptions {
  format?: Format | undefined;
  fields?: readonly string[] | undefined;
  field?: string | undefined;
  quiet?: boolean | undefined;
  yes?: boolean | undefined;
  /** How to ask; undefined where nobody sits at the terminal. */
  ask?: Ask | undefined;
  /** How to offer a list; it is asked for in words where the terminal shows none. */
  choose?: Choose | undefined;
  /** Makes the bar; lines are printed where it is not given. */
  bar?: ((total: number, label: string) => CommandProgress) | undefined;
}

const LINE_EVERY_MS = 5000;

/** Results to stdout in the format that was asked for; messages and progress to stderr. */
export class Output implements CommandOutput {
  readonly #streams: OutputStreams;
  readonly #options: OutputOptions;
  /** YAML is loaded on use, so printing may wait; it stays in order. */
  #queue: Promise<void> = Promise.resolve();

  constructor(streams: OutputStreams, options: OutputOptions = {}) {
    this.#streams = streams;
    this.#options = options;
  }

  get asked(): readonly string[] {
    const { field, fields = [] } = this.#options;
    return field ? [field] : fields;
  }

  /** Waits until all is printed. @throws what could not be printed */
  flush(): Promise<void> {
    return this.#queue;
  }

  table(rows: readonly object[], { fields, id = 'id', total }: TableOptions = {}): void {
    const { format = 'table', field } = this.#options;
    const chosen = chooseFields(field ? [field] : this.#options.fields, rows, fields);
    const records = rows as readonly Record<string, unknown>[];
    if (field && (format === 'table' || format === 'csv')) {
      this.#print(records.map((row) => `${textOf(row[field])}\n`).join(''));
    } else if (field && (format === 'json' || format === 'yaml')) {
      this.value(records.map((row) => row[field]));
    } else if (format === 'count' && total) {
      this.#print(total().then((count) => `${count}\n`));
    } else {
      if (rows.length === 0 && format === 'table') this.info('Nothing found.');
      this.#print(formatTable({ fields: chosen, rows: records, id, columns: this.#columns }, format));
    }
  }

  item(item: object, { fields, id = 'id' }: TableOptions = {}): void {
    const { format = 'table', field } = this.#options;
    const record = item as Record<string, unknown>;
    const chosen = chooseFields(field ? [field] : this.#options.fields, [item], fields);
    if (field) this.value(record[field]);
    else if (format === 'table' || format === 'csv') {
      const rows = chosen.map((name) => ({ field: name, value: record[name] }));
      this.#print(formatTable({ fields: ['field', 'value'], rows, id, columns: this.#columns }, format));
    } else if (format === 'ids') this.#print(`${textOf(record[id])}\n`);
    else if (format === 'count') this.#print('1\n');
    else this.value(Object.fromEntries(chosen.map((name) => [name, record[name] ?? null])));
  }

  value(value: unknown): void {
    const { format } = this.#options;
    if (format === 'json') this.#print(asJson(value));
    else if (format === 'yaml') this.#print(asYaml(value));
    else this.#print(`${Array.isArray(value) ? value.map(textOf).join('\n') : textOf(value)}\n`);
  }

  success(message: string): void {
    this.info(`Success: ${message}`);
  }

  info(message: string): void {
    if (!this.#options.quiet) this.#message(message);
  }

  warn(message: string): void {
    this.#message(`Warning: ${shortLine(message)}`);
  }

  error(message: string): void {
    this.#message(`Error: ${shortLine(message)}`);
  }

  progress(total: number, label: string): CommandProgress {
    if (this.#options.quiet) return { tick: () => undefined, stop: () => undefined };
    return this.#options.bar?.(total, label) ?? this.#lines(total, label);
  }

  async confirm(question: string): Promise<boolean> {
    if (this.#options.yes) return true;
    if (!this.#options.ask) {
      throw new GalleyError('GALLEY_COMMAND_USAGE', `${question} Nobody can be asked here: add --yes to go on.`);
    }
    return /^y(es)?$/i.test((await this.#options.ask(`${plain(question)} [y/N] `)).trim());
  }

  get canAsk(): boolean {
    return this.#options.ask !== undefined && !this.#options.yes;
  }

  async ask(question: string, fallback: string): Promise<string> {
    const { ask } = this.#options;
    if (!ask || !this.canAsk) return fallback;
    return (await ask(`${plain(question)} [${fallback}] `)).trim() || fallback;
  }

  async choose(question: string, choices: Choices): Promise<string> {
    const { from, fallback, many = false } = choices;
    const { choose } = this.#options;
    await this.flush();
    if (choose && this.canAsk) return choose(plain(question), choices);
    const words = many ? `${from.join(', ')}; several with commas` : from.join(', ');
    return this.ask(`${question} (${words})`, fallback);
  }

  /** Progress for pipes and logs: a line every few seconds, and one at the end. */
  #lines(total: number, label: string): CommandProgress {
    let done = 0;
    let printedAt = Date.now();
    const print = (): void => {
      printedAt = Date.now();
      this.#message(
        total > 0 ? `${label}: ${done}/${total} (${Math.floor((done / total) * 100)} %)` : `${label}: ${done}`,
      );
    };
    return {
      tick: (steps = 1) => {
        done += steps;
        if (Date.now() - printedAt >= LINE_EVERY_MS) print();
      },
      stop: print,
    };
  }

  get #columns(): number | undefined {
    return this.#streams.out.isTTY ? this.#streams.out.columns : undefined;
  }

  #message(message: string): void {
    const lines = message.split('\n').map(plain).join('\n');
    this.#queue = this.#queue.then(() => void this.#streams.err.write(`${lines}\n`));
  }

  #print(text: string | Promise<string>): void {
    this.#queue = this.#queue.then(async () => void this.#streams.out.write(await text));
    // Whoever flushes gets the error; until then it is nobody's.
    this.#queue.catch(() => undefined);
  }
}
