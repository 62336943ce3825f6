import {
  type ChangeOutcome,
  findUpdate,
  GalleyError,
  heedRevocations,
  type JobRun,
  messageOf,
  type PlannedPlugin,
  type Site,
  sourceText,
  type Viewer,
} from 'galley';
import {
  type Agreement,
  type LookedAt,
  markOf,
  type OutdatedLine,
  PLUGIN_JOB,
  type PluginOrder,
  type PluginResult,
  type PluginWish,
  planLine,
} from './plugin-order.ts';
import { tidyPackages } from './plugin-uploads.ts';

const MINUTE_MS = 60_000;
/** The steps of a change, in words; what is said is what happens from there on. */
const STEP_TEXTS: Readonly<Record<string, string>> = {
  staging: 'It is put in its place',
  staged: 'It is tried in a process of its own',
  migrating: 'Its tables are made',
  switching: 'The version is switched',
  probing: 'The site is asked whether it serves with it',
  settled: 'It is made known',
};
const NAMES = Object.keys(STEP_TEXTS);
const LOOK_TEXTS = { fetched: 'It is fetched and checked', asked: 'Sources are asked' };

/** The jobs that change plugins: in the background, one at a time, each with the rights that who asked has now. */
export function definePluginJob(site: Site): void {
  site.jobs.define(PLUGIN_JOB, {
    summary: 'Installs, updates, compares or removes plugins.',
    schema: { type: 'object', required: ['act'], properties: { act: { type: 'string' } } },
    // What broke off is taken back by the next start; nobody wants it to begin again by itself.
    attempts: 1,
    timeoutMs: 30 * MINUTE_MS,
    run: async (owner, job) => run(owner, job, job.data as PluginOrder),
  });
  site.cron.define('plugin-uploads', {
    schedule: '41 4 * * *',
    summary: 'Removes packages of plugins that were uploaded a week ago.',
    run: (owner) => tidyPackages(owner),
  });
}

async function run(site: Site, job: JobRun, order: PluginOrder): Promise<PluginResult> {
  const viewer = await viewerOf(site, job);
  switch (order.act) {
    case 'look':
      return { looked: await look(site, job, order.wishes) };
    case 'install':
      return install(site, job, viewer, order);
    case 'roll back':
      need(viewer, 'update_plugins');
      return { outcomes: [await site.pluginChanges.rollBack(order.name, { onStep: tell(job), signal: job.signal })] };
    case 'data':
      need(viewer, 'delete_plugins');
      return { data: await site.pluginChanges.dataOf(order.name) };
    case 'remove':
      need(viewer, 'delete_plugins');
      return { outcomes: [await site.pluginChanges.remove(order.name, order)] };
    default:
      need(viewer, 'update_plugins');
      return { outdated: await outdated(site, job) };
  }
}

async function viewerOf(site: Site, { userId }: JobRun): Promise<Viewer> {
  const user = userId === null ? undefined : await site.users.find(userId);
  if (user?.status !== 'active')
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Whoever asked for this is no longer here.');
  return site.roles.viewerFor(user);
}

function need(viewer: Viewer, capability: string): void {
  if (!viewer.can(capability))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not do that with plugins. Ask an administrator.');
}

const tell =
  ({ progress }: JobRun): ((step: string) => void) =>
  (step) => {
    const at = NAMES.indexOf(step);
    if (at >= 0) progress(at, NAMES.length, STEP_TEXTS[step]);
  };

/** What would come of wishes. Nothing is changed. */
async function look(site: Site, job: JobRun, wishes: readonly PluginWish[]): Promise<LookedAt[]> {
  const looked: LookedAt[] = [];
  for (const [index, wish] of wishes.entries()) {
    job.progress(index, wishes.length, LOOK_TEXTS.fetched);
    job.signal.throwIfAborted();
    looked.push(await lookAt(site, job, wish));
  }
  job.progress(wishes.length, wishes.length);
  return looked;
}

async function lookAt(site: Site, { signal }: JobRun, wish: PluginWish): Promise<LookedAt> {
  const words = 'source' in wish ? sourceText(wish.source) : wish.name;
  try {
    const locked = await site.pluginChanges.lock.read();
    const again = 'source' in wish ? undefined : wish.again;
    const update = 'source' in wish || again ? undefined : wish;
    const bounds = 'source' in wish ? {} : again ? { version: locked[wish.name]?.version } : wish;
    const source = 'source' in wish ? wish.source : (await findUpdate(site, wish.name, bounds)).source;
    const plan = await site.pluginChanges.plan([{ source }], { signal, ...(update ? { update } : {}), again });
    const lines = plan.map((plugin) => planLine(plugin, locked[plugin.manifest.name]?.capabilities ?? []));
    const [first] = lines;
    // What was looked at is what will be fetched: not whatever is newest by then.
    const isNamed = source.kind === 'registry' || source.kind === 'npm';
    const exact = isNamed && first ? { ...source, range: first.version } : source;
    return { wish: words, source: exact, plan: lines, ...(again ? { again } : {}) };
  } catch (error) {
    signal.throwIfAborted();
    return { wish: words, plan: [], problem: messageOf(error) };
  }
}

async function install(
  site: Site,
  job: JobRun,
  viewer: Viewer,
  { agreed, activate, acceptKeyChange }: Extract<PluginOrder, { act: 'install' }>,
): Promise<PluginResult> {
  if (activate) need(viewer, 'activate_plugins');
  const outcomes: ChangeOutcome[] = [];
  const failed: { name: string; message: string }[] = [];
  for (const agreement of agreed) {
    const again = agreement.again === true;
    const options = { replace: true, again, activate, acceptKeyChange, onStep: tell(job), signal: job.signal };
    const consent = async (plan: readonly PlannedPlugin[]): Promise<boolean> => agree(viewer, agreement, plan);
    try {
      outcomes.push(...(await site.pluginChanges.install([agreement], { ...options, consent })));
    } catch (error) {
      job.signal.throwIfAborted();
      if (agreed.length === 1) throw error;
      failed.push({ name: sourceText(agreement.source), message: messageOf(error) });
    }
  }
  return { outcomes, failed };
}

/** Only what was shown may come, and only what whoever agreed to it may bring. */
function agree(viewer: Viewer, { marks }: Agreement, plan: readonly PlannedPlugin[]): boolean {
  for (const { installed } of plan) need(viewer, installed === undefined ? 'install_plugins' : 'update_plugins');
  const other = plan.find((plugin) => !marks.includes(markOf(plugin)));
  if (!other) return true;
  const { name, version } = other.manifest;
  throw new GalleyError(
    'GALLEY_PACKAGE_INVALID',
    `"${name}" ${version} is not what you were shown any more. Look at it again.`,
  );
}

async function outdated(site: Site, job: JobRun): Promise<OutdatedLine[]> {
  const names = Object.keys(await site.pluginChanges.lock.read());
  // A registry that does not answer is told with each plugin that comes from there.
  const { switchedOff } = await heedRevocations(site).catch((error: unknown) => {
    site.log.info({ err: error }, 'Revocations could not be read');
    return { switchedOff: [] };
  });
  const lines: OutdatedLine[] = [];
  for (const [index, name] of names.entries()) {
    job.progress(index, names.length, LOOK_TEXTS.asked);
    job.signal.throwIfAborted();
    lines.push(
      await newerThan(site, name).catch((error: unknown): OutdatedLine => {
        return {
          name,
          current: site.plugins.get(name)?.version ?? '',
          minor: '',
          latest: '',
          notes: [messageOf(error)],
        };
      }),
    );
  }
  for (const { name, reason } of switchedOff) lines.find((line) => line.name === name)?.notes.unshift(reason);
  return lines.filter(({ latest, notes }) => latest !== '' || notes.length > 0);
}

async function newerThan(site: Site, name: string): Promise<OutdatedLine> {
  const { current, target = '', reasons } = await findUpdate(site, name);
  const minor = target === '' ? undefined : (await findUpdate(site, name, { within: 'minor' })).target;
  return { name, current, minor: minor ?? '', latest: target, notes: reasons };
}
