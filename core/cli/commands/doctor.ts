import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyNetwork } from '../../contained/empty-network.ts';
import type { Site } from '../../kernel/site.ts';
import { messageOf } from '../../lib/errors.ts';
import { type CommandOutput, defineCommand } from '../../services/commands.ts';
import { type ConfigReport, readConfig } from '../../services/config.ts';
import { checkConfig, type Finding } from '../../services/config-check.ts';
import { runningRevoked } from '../../services/packages/revocation-acts.ts';
import { allMigrations } from '../all-migrations.ts';
import type { Session } from '../session.ts';

type Status = Finding['status'];
const NEEDED_MAJOR = 24;

const found = (check: string, status: Status, message: string): Finding => ({ check, status, message });

/** Runs a check; that it throws is its finding. */
async function attempt(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [found(check, 'problem', messageOf(error).split('\n').join(' '))];
  }
}

function checkNode(): Finding {
  const isFit = Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR;
  return found(
    'node',
    isFit ? 'ok' : 'problem',
    `${process.version}${isFit ? '' : `, but ${NEEDED_MAJOR} or newer is needed`}`,
  );
}

async function checkContentFolder(dir: string): Promise<Finding[]> {
  const facts = await stat(dir);
  await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  const isOpen = process.platform !== 'win32' && (facts.mode & 0o002) !== 0;
  const findings = [
    isOpen
      ? found('content folder', 'warning', `${dir} can be written by everybody on this machine; run chmod o-w`)
      : found('content folder', 'ok', dir),
  ];
  const secret = await stat(join(dir, '.secret')).catch(() => undefined);
  if (secret && (secret.mode & 0o077) !== 0) {
    findings.push(found('secret file', 'problem', `${join(dir, '.secret')} can be read by others; run chmod 600`));
  }
  return findings;
}

async function checkStore(site: Site): Promise<Finding[]> {
  const ms = await site.database.ping();
  const problems = await site.database.check();
  const status = await (await allMigrations(site)).status();
  const count = (state: string): number => status.filter((item) => item.state === state).length;
  return [
    found('database', 'ok', `${site.database.description}, answers in ${ms.toFixed(1)} ms`),
    ...problems.map(({ message }) => found('database', 'warning', message)),
    count('pending') > 0
      ? found('migrations', 'problem', `${count('pending')} have not run; run "galley migrate up"`)
      : found('migrations', 'ok', `${count('applied')} applied`),
    ...(count('changed') > 0 ? [found('migrations', 'warning', `${count('changed')} were edited after they ran`)] : []),
    ...(count('missing') > 0 ? [found('migrations', 'warning', `${count('missing')} ran whose files are gone`)] : []),
  ];
}

async function checkRedis(site: Site): Promise<Finding[]> {
  if (!site.config.redis.url) return [found('redis', 'ok', 'not used')];
  await site.cache.get('doctor');
  const { redis } = site.cache.stats();
  return [
    redis === 'up'
      ? found('redis', 'ok', 'answers')
      : found('redis', 'problem', 'does not answer; the site runs, but slower'),
  ];
}

async function checkPlugins(site: Site): Promise<Finding[]> {
  const plugins = site.plugins.list();
  const revoked = await runningRevoked(site);
  const active = plugins.filter(({ state }) => state === 'active').map(({ name }) => name);
  return [
    ...site.plugins.problems.map((message) => found('plugins', 'warning', message)),
    ...plugins
      .filter(({ state }) => state === 'failed')
      .map(({ name, reason }) => found(`plugin ${name}`, 'problem', reason ?? 'it failed')),
    ...revoked.map(({ name, text }) => found(`plugin ${name}`, 'problem', text)),
    found('plugins', 'ok', `${active.length} active: ${active.join(', ')}`),
  ];
}

async function checkPluginHost(site: Site): Promise<Finding> {
  const name = 'plugin host';
  if ((await emptyNetwork()).length > 0)
    return found(name, 'ok', 'it runs in a network of its own, with nothing in it');
  const isUsed = site.plugins.list().some(({ tier, state }) => tier === 'contained' && state === 'active');
  return found(
    name,
    isUsed ? 'warning' : 'ok',
    'it shares the network of this machine, which plugins in it have no way to; a network of its own needs Linux with unshare, run by root or with namespaces for all users',
  );
}

async function checkTheme(site: Site): Promise<Finding[]> {
  const { theme } = await site.themes.active();
  const problems = await site.themes.check(theme.name);
  return problems.length === 0
    ? [found('theme', 'ok', theme.name)]
    : [found('theme', 'problem', `${theme.name}: ${problems.length} problems; run "galley theme check ${theme.name}"`)];
}

/** What the parts say of themselves that have something to say, such as how mail goes out. */
async function checkParts(site: Site): Promise<Finding[]> {
  const { checks } = await site.health.report();
  const words: Record<string, Status> = { ok: 'ok', degraded: 'warning', down: 'problem' };
  return Object.entries(checks).flatMap(([name, { status, message }]) =>
    message === undefined ? [] : [found(name, words[status] ?? 'problem', message)],
  );
}

/** What needs the site: only when the store is ready, because starting the site would change it otherwise. */
async function checkSite(session: Session): Promise<Finding[]> {
  const services = await session.site('services');
  const store = [
    ...(await attempt('database', () => checkStore(services))),
    ...(await attempt('redis', () => checkRedis(services))),
  ];
  if (store.some(({ check, status }) => status === 'problem' && check !== 'redis')) return store;
  const site = await session.site('site');
  return [
    ...store,
    ...(await attempt('plugins', () => checkPlugins(site))),
    ...(await attempt('plugin host', async () => [await checkPluginHost(site)])),
    ...(await attempt('theme', () => checkTheme(site))),
    ...(await attempt('health', () => checkParts(site))),
  ];
}

function checkSettings(report: ConfigReport): Finding[] {
  const { name } = report.config.environment;
  const isStrict = name === 'production' || name === 'uat';
  const findings = checkConfig(report).filter(
    ({ check, status }) => status !== 'ok' && (isStrict || report.mistakes.some((mistake) => mistake.name === check)),
  );
  if (findings.length > 0) return findings.map(({ check, ...rest }) => ({ ...rest, check: `config ${check}` }));
  return [
    found(
      'config',
      'ok',
      `${report.settings.filter(({ source }) => source !== 'default').length} settings are not at their default`,
    ),
  ];
}

async function examine(session: Session): Promise<Finding[]> {
  const report = await readConfig(session.place);
  const { environment, content } = report.config;
  const findings = [
    found('environment', 'ok', `${environment.name}, because of ${report.environmentReason}`),
    checkNode(),
    ...checkSettings(report),
    ...(await attempt('content folder', () => checkContentFolder(content.dir))),
  ];
  if (report.mistakes.length > 0)
    return [...findings, found('site', 'warning', 'not looked at, because the settings are wrong')];
  return [...findings, ...(await attempt('site', () => checkSite(session)))];
}

/** What `--database` tells: each server of the store, and what is to be known or put right. */
async function explainStore(session: Session): Promise<{ nodes: object[]; findings: Finding[] }> {
  const site = await session.site('services');
  const report = await site.database.report();
  const unreachable = report && !report.nodes.some(({ version }) => version !== '');
  const tables = unreachable ? [] : await attempt('tables', () => checkTables(site));
  return { nodes: report?.nodes ?? [], findings: [...(report?.findings ?? []), ...tables] };
}

async function checkTables(site: Site): Promise<Finding[]> {
  const problems = await site.database.check();
  if (problems.length === 0)
    return [found('tables', 'ok', `${site.database.description}: every table has a primary key and transactions`)];
  return problems.map(({ table, severity, message }) =>
    found(table === undefined ? 'server' : `table ${table}`, severity === 'error' ? 'problem' : 'warning', message),
  );
}

const NODE_FIELDS = [
  'node',
  'address',
  'role',
  'state',
  'pool',
  'connections',
  'limit',
  'size',
  'queue',
  'behind',
  'paused',
  'holds',
  'conflicts',
];

function showStore({ nodes, findings }: { nodes: object[]; findings: Finding[] }, output: CommandOutput): void {
  if (nodes.length > 0) output.table(nodes, { fields: NODE_FIELDS, id: 'address' });
  output.table(findings, { fields: ['status', 'check', 'message'], id: 'check' });
}

function conclude(findings: readonly Finding[], output: CommandOutput): number {
  const problems = findings.filter(({ status }) => status === 'problem').length;
  if (problems === 0) output.success('Everything is well.');
  else output.warn(`${problems} ${problems === 1 ? 'thing needs' : 'things need'} attention.`);
  return problems === 0 ? 0 : 1;
}

export const commands = {
  doctor: defineCommand({
    summary: 'Checks that everything the site needs is well.',
    description:
      'Looks at Node, settings, content folder, store, Redis, plugins and theme. Ends with 1 when there is a problem.',
    options: {
      database: {
        type: 'boolean',
        summary:
          'Only the store, and more of it: each server with its part in the cluster, changes that wait (queue) or are missing (behind), time that writing was held up (paused, in percent), how often it asked for that (holds), and conflicts.',
      },
    },
    examples: ['galley doctor', 'galley doctor --format=json', 'galley doctor --database'],
    needs: 'none',
    async run({ options, output, session }) {
      if (options.database) {
        const store = await explainStore(session);
        if (session.isForPeople) showStore(store, output);
        else output.value(store);
        return conclude(store.findings, output);
      }
      const findings = await examine(session);
      output.table(findings, { fields: ['status', 'check', 'message'], id: 'check' });
      return conclude(findings, output);
    },
  }),
};
