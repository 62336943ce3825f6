// Command lines over a site that runs already: a start of the site for each call would take a second.
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
