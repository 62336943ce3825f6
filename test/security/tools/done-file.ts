import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '.cache', 'security');

/** How a request ended. */
export interface Outcome {
  title: string;
  /** `refused`: the edge lets nothing through; `undone`: its time was over. */
  end: 'done' | 'refused' | 'undone';
  findings: readonly string[];
}

/** What of a trial of hours is done, line by line in `.cache/security`, so that one that was stopped goes on there. */
export class DoneFile {
  readonly #file: string;
  readonly #outcomes: Outcome[] = [];

  /** @param goesOn whether what is done already counts; else all begins anew. What was not brought to its end is tried again. */
  constructor(name: string, goesOn: boolean) {
    this.#file = join(FOLDER, `${name}.jsonl`);
    if (!goesOn) rmSync(this.#file, { force: true });
    else if (existsSync(this.#file))
      this.#outcomes.push(...readLines(this.#file).filter(({ end }) => end !== 'undone'));
  }

  has(title: string): boolean {
    return this.#outcomes.some((outcome) => outcome.title === title);
  }

  add(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    mkdirSync(FOLDER, { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(outcome)}\n`);
  }

  /** How many ended so. */
  count(end: Outcome['end']): number {
    return this.#outcomes.filter((outcome) => outcome.end === end).length;
  }

  get findings(): string[] {
    return this.#outcomes.flatMap(({ findings }) => findings);
  }
}

const readLines = (file: string): Outcome[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Outcome);
