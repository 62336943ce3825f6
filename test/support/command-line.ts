// Command lines over a site that runs already: a start of the site for each call would take a second.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Cli } from '../../core/cli/cli.ts';
import { type Place, Session } from '../../core/cli/session.ts';
import type { Site } from '../../core/kernel/site.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What a command said and how it ended. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

type Globals = ConstructorParameters<typeof Session>[1];

class SharedSession extends Session {
  readonly #site: Site;

  constructor(place: Place, globals: Globals, site: Site) {
    super(place, globals);
    this.#site = site;
  }

  override async site(): Promise<Site> {
    return this.#site;
  }

  override async config(): Promise<Site['config']> {
    return this.#site.config;
  }

  override async stop(): Promise<void> {}
}

/**
 * Runs a command line on a site that runs.
 * @param ask who answers questions; without it nobody sits at the terminal
 */
export async function runOn(
  site: Site,
  argv: readonly string[],
  ask?: (question: string) => Promise<string>,
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: { write: (text: string) => void out.push(text) },
    err: { write: (text: string) => void err.push(text) },
  };
  const env = { GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: site.config.content.dir };
  const openSession = (globals: Globals): Session => new SharedSession({ root: ROOT, env }, globals, site);
  const { signal } = new AbortController();
  const options = { root: ROOT, env, argv, streams, signal, openSession, ...(ask ? { ask } : {}) };
  const code = await new Cli(options).run();
  return { code, out: out.join(''), err: err.join('') };
}

/** Command lines over the site of a suite, which is there once its tests run. */
export function commandLines(site: () => Site) {
  const galley = (...argv: string[]): Promise<Outcome> => runOn(site(), argv);
  /** What a command prints that has to go well. */
  const said = async (...argv: string[]): Promise<string> => {
    const { code, out, err } = await galley(...argv);
    assert.equal(code, 0, `${argv.join(' ')}: ${err}`);
    return out.trim();
  };
  return {
    galley,
    said,
    asJson: async (...argv: string[]) => JSON.parse(await said(...argv, '--format=json')),
    /** A command that must not work, by its exit code and what it says. */
    async refused(code: number, pattern: RegExp, ...argv: string[]): Promise<void> {
      const outcome = await galley(...argv);
      assert.equal(outcome.code, code, `${argv.join(' ')}: ${outcome.out}${outcome.err}`);
      assert.match(outcome.err, pattern);
      assert.equal(outcome.out, '');
    },
  };
}
