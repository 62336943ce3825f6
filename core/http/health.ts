import { Registry } from '../kernel/registry.ts';
import { messageOf } from '../lib/errors.ts';

/** How a part of the site is. `degraded` serves on with less; `down` cannot serve. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/** What a check says. */
export interface HealthResult {
  status: HealthStatus;
  /** In words, for operators. */
  message?: string;
}

/** Looks at one part of the site. Should be done within a second. */
export type HealthCheck = () => HealthResult | Promise<HealthResult>;

/** The state of the whole site. */
export interface HealthReport {
  status: HealthStatus;
  checks: Record<string, HealthResult & { ms: number }>;
}

const TIMEOUT_MS = 2000;
const FRESH_MS = 1000;
const RANK: Record<HealthStatus, number> = { ok: 0, degraded: 1, down: 2 };

async function runCheck(check: HealthCheck): Promise<HealthResult & { ms: number }> {
  const from = performance.now();
  const { promise, resolve } = Promise.withResolvers<HealthResult>();
  const timer = setTimeout(() => resolve({ status: 'down', message: `no answer within ${TIMEOUT_MS} ms` }), TIMEOUT_MS);
  const failed = (error: unknown): HealthResult => ({ status: 'down', message: messageOf(error) });
  const result = await Promise.race([promise, (async () => check())().catch(failed)]);
  clearTimeout(timer);
  return { ...result, ms: Math.round((performance.now() - from) * 10) / 10 };
}

interface Latest {
  at: number;
  report: Promise<HealthReport> | undefined;
}

/** Checks of all parts that can be ill: `site.health.define('store', check)`. */
export class Health extends Registry<HealthCheck> {
  readonly #latest: Latest;

  constructor(noun = 'health check', owner?: string, items?: ConstructorParameters<typeof Registry<HealthCheck>>[2]) {
    super(noun, owner, items);
    this.#latest = { at: 0, report: undefined };
  }

  /** Runs all checks at once; askers within a second share one run, so that asking often costs nothing. */
  report(): Promise<HealthReport> {
    const now = Date.now();
    if (!this.#latest.report || now - this.#latest.at > FRESH_MS) {
      this.#latest.at = now;
      this.#latest.report = this.#run();
    }
    return this.#latest.report;
  }

  async #run(): Promise<HealthReport> {
    const results = await Promise.all(
      this.list().map(async ({ name, value }) => [name, await runCheck(value)] as const),
    );
    const status = results.reduce<HealthStatus>(
      (worst, [, result]) => (RANK[result.status] > RANK[worst] ? result.status : worst),
      'ok',
    );
    return { status, checks: Object.fromEntries(results) };
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Checks of all parts that can be ill. */
    readonly health: Health;
  }
}
