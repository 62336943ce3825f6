import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName, Variables } from './config-types.ts';

/** The environment and the signal that decided it, for the log and `galley doctor`. */
export interface Environment {
  name: EnvironmentName;
  /** In words: `GALLEY_ENV`, `Heroku (DYNO)`, `a git checkout`. */
  reason: string;
}

/** What is known of the place besides its variables. */
export interface PlaceFacts {
  /** The project's folder is a git checkout. */
  isCheckout: boolean;
  /** Somebody sits at a terminal. */
  isTerminal: boolean;
}

// Variables that hosting platforms set, and that no laptop has.
const HOSTS: readonly [variable: string, platform: string][] = [
  ['WEBSITE_SITE_NAME', 'Azure'],
  ['WEBSITE_INSTANCE_ID', 'Azure'],
  ['DYNO', 'Heroku'],
  ['GAE_APPLICATION', 'Google App Engine'],
  ['GAE_ENV', 'Google App Engine'],
  ['K_SERVICE', 'Google Cloud Run'],
  ['AWS_LAMBDA_FUNCTION_NAME', 'AWS Lambda'],
  ['FLY_APP_NAME', 'Fly.io'],
  ['RENDER_SERVICE_ID', 'Render'],
  ['RAILWAY_PROJECT_ID', 'Railway'],
];

// These only say that a container runs somewhere: also where people develop and test in one, from a checkout.
const CONTAINERS: readonly [variable: string, platform: string][] = [
  ['KUBERNETES_SERVICE_HOST', 'Kubernetes'],
  ['ECS_CONTAINER_METADATA_URI_V4', 'AWS ECS'],
  ['ECS_CONTAINER_METADATA_URI', 'AWS ECS'],
  ['AWS_EXECUTION_ENV', 'AWS'],
];

function byNodeEnv(env: Variables): Environment | undefined {
  const name = canonicalEnvironment(env['NODE_ENV'] ?? '');
  return name === 'development' || name === 'test' || name === 'production' ? { name, reason: 'NODE_ENV' } : undefined;
}

const ALIASES: Record<string, EnvironmentName> = {
  dev: 'development',
  testing: 'test',
  staging: 'uat',
  prod: 'production',
};

/** The name as it is written in the table; `staging` is `uat`. */
export function canonicalEnvironment(name: string): string {
  const lower = name.trim().toLowerCase();
  return ALIASES[lower] ?? lower;
}

function byVariable(signals: typeof HOSTS, env: Variables): Environment | undefined {
  const found = signals.find(([variable]) => env[variable]);
  return found && { name: 'production', reason: `${found[1]} (${found[0]})` };
}

/**
 * Decides what the site is for: an explicit `GALLEY_ENV`, then signals of a hosting platform, then signals of
 * development (a git checkout, a terminal, `npm run dev`), and production where there is no signal at all, because
 * production is the strict one. `NODE_ENV=production` is weaker than a checkout: it is set on many build machines.
 *
 * So `npm start` on a fresh clone is development, in whatever it runs, and an image without `.git` is production.
 * A wrong `GALLEY_ENV` is returned as it is; the validation of the settings reports it.
 */
export function detectEnvironment(env: Variables, facts: PlaceFacts): Environment {
  const explicit = env['GALLEY_ENV'];
  if (explicit) return { name: canonicalEnvironment(explicit) as EnvironmentName, reason: 'GALLEY_ENV' };
  const node = byNodeEnv(env);
  if (node && node.name !== 'production') return node;
  if (env['NODE_TEST_CONTEXT']) return { name: 'test', reason: "Node's test runner" };
  const host = byVariable(HOSTS, env);
  if (host) return host;
  if (env['npm_lifecycle_event'] === 'dev') return { name: 'development', reason: 'npm run dev' };
  if (facts.isCheckout) return { name: 'development', reason: 'a git checkout' };
  const container = node ?? byVariable(CONTAINERS, env);
  if (container) return container;
  if (facts.isTerminal) return { name: 'development', reason: 'a terminal' };
  return { name: 'production', reason: 'no sign of development' };
}

/** Looks at the place: whether `root` is a checkout and whether a terminal is attached. */
export function placeFacts(root: string): PlaceFacts {
  return { isCheckout: existsSync(join(root, '.git')), isTerminal: process.stdout.isTTY === true };
}
