import { GalleyError, type JobInfo, jobProgress, type Notice, type Reply, type ScreenContext } from 'galley';
import { capabilityViews } from './capability-words.ts';
import { changeUrl, order } from './plugin-install.ts';
import { type LookedAt, PLUGIN_JOB, type PlanLine, type PluginOrder, type PluginResult } from './plugin-order.ts';
import { outcomeWords, saidWords } from './plugin-words.ts';

const TITLES: Readonly<Record<PluginOrder['act'], string>> = {
  look: 'What would be installed',
  install: 'Installing plugins',
  'roll back': 'Going back to the former version',
  data: 'What would go with the plugin',
  remove: 'Deleting a plugin',
  outdated: 'Looking for updates',
};

/** What the same is called when it has ended well. */
const DONE_TITLES: Readonly<Partial<Record<PluginOrder['act'], string>>> = {
  install: 'The plugins are in place',
  'roll back': 'The former version is back',
  remove: 'The plugin is deleted',
};

/** A job of this person. @throws GALLEY_JOB_UNKNOWN also where it is somebody else's: nobody learns that it exists */
async function needOwn(page: ScreenContext): Promise<JobInfo> {
  const job = await page.site.jobs.get(page.id());
  if (job?.name !== PLUGIN_JOB || job.userId !== page.viewer.id)
    throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  return job;
}

/** How far a change of plugins is; what somebody has to agree to; and in the end what came of it. */
export async function showChange(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  const given = job.data as PluginOrder;
  const isDone = job.state === 'done';
  if (isDone && given.act === 'outdated') return page.redirect('/plugins/updates');
  const result = isDone ? (job.result as PluginResult) : {};
  const looked = result.looked ?? [];
  const url = `/admin${changeUrl(job.id)}`;
  const plugins = looked.flatMap(({ plan }) => plan);
  return page.view('dashboard/plugin-change', {
    title: page.t((isDone ? DONE_TITLES[given.act] : undefined) ?? TITLES[given.act]),
    breadcrumbs: [{ label: 'Plugins', url: '/admin/plugins' }],
    stylesheets: [await page.site.assets.url('dashboard-merge', 'plugins.css')],
    // What has ended has no steps to count.
    job: { ...jobProgress(job, page), ...(isDone ? { text: '' } : {}) },
    isDone,
    // What was looked at says by itself that it is there.
    hasState: !isDone || (looked.length === 0 && result.data === undefined),
    isWaiting: job.state === 'waiting' || job.state === 'delayed',
    cancel: `${url}/cancel`,
    error: saidWords(page, job.error ?? ''),
    hasLooked: looked.length > 0,
    plugins: plugins.map((line) => planView(page, line)),
    problems: looked.filter(({ problem }) => problem !== undefined),
    isNothing: looked.length > 0 && plugins.length === 0 && looked.every(({ problem }) => problem === undefined),
    isDowngrade: plugins.some(({ isOlder }) => isOlder),
    isUpdate: plugins.length > 0 && plugins.every(({ installed, isAgain }) => installed !== '' || isAgain),
    isAgain: plugins.length > 0 && plugins.every(({ isAgain }) => isAgain),
    mayActivate: page.viewer.can('activate_plugins'),
    hasStrangers: plugins.some(({ publisherChanges }) => publisherChanges.length > 0),
    agree: `${url}/agree`,
    done: outcomesOf(page, result),
    data: result.data,
    delete: given.act === 'data' ? `${url}/delete` : '',
  });
}

function versionWords(page: ScreenContext, { version, installed, isAgain }: PlanLine): string {
  if (isAgain) return page.t('{version}, in place of its own files', { version });
  return installed === '' ? version : page.t('{version}, in place of {installed}', { version, installed });
}

function planView(page: ScreenContext, line: PlanLine): object {
  const { installed, capabilities, asksFor, givesUp, publisherChanges, neededBy } = line;
  return {
    ...line,
    version: versionWords(page, line),
    why: neededBy === '' ? '' : page.t('It is installed too, because {plugin} requires it.', { plugin: neededBy }),
    asksFor: capabilityViews(page, asksFor),
    givesUp: capabilityViews(page, givesUp),
    keeps: capabilityViews(page, installed === '' ? [] : capabilities.filter((name) => !asksFor.includes(name))),
    isNew: installed === '',
    isOrdinary: asksFor.length === 0 && publisherChanges.length === 0 && !line.isOlder,
    isChanged: publisherChanges.length > 0,
    isAlarming: publisherChanges.length > 0 || line.isOlder,
  };
}

function outcomesOf(page: ScreenContext, { outcomes = [], failed = [] }: PluginResult): object[] {
  return [
    ...outcomes.map((outcome) => ({
      text: outcomeWords(page, outcome),
      notes: (outcome.notes ?? []).map((note) => saidWords(page, note)),
      tone: outcome.status === 'unchanged' ? 'muted' : 'success',
      url: outcome.status === 'removed' ? '' : `/admin/plugins/${outcome.name}`,
      label: outcome.name,
    })),
    ...failed.map(({ name, message }) => ({
      text: `${name}: ${saidWords(page, message)}`,
      notes: [],
      tone: 'danger',
      url: '',
    })),
  ];
}

/** Stops what can still be taken back. */
export async function cancelChange(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  const isCancelled = await page.site.jobs.cancel(job.id);
  const notice: Notice = isCancelled
    ? { kind: 'success', text: page.t('It stops, and what was begun is taken back.') }
    : { kind: 'warning', text: page.t('It had ended already.') };
  return page.redirect(changeUrl(job.id), notice);
}

const isHad = (one: LookedAt): one is LookedAt & Required<Pick<LookedAt, 'source'>> =>
  one.source !== undefined && one.plan.length > 0;

/** Installs exactly what was shown. */
export async function agreeToChange(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  const { looked = [] } = job.state === 'done' ? (job.result as PluginResult) : {};
  const agreed = looked.filter(isHad).map(({ source, again, plan }) => {
    return { source, marks: plan.map(({ mark }) => mark), ...(again ? { again } : {}) };
  });
  if (agreed.length === 0) throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  const acceptKeyChange = page.value('strangers') === '1';
  const isStrange = looked.some(({ plan }) => plan.some(({ publisherChanges }) => publisherChanges.length > 0));
  if (isStrange && !acceptKeyChange)
    return page.redirect(changeUrl(job.id), {
      kind: 'warning',
      text: page.t('It comes from somebody else than before. Say that this is right, or leave it.'),
    });
  return order(page, { act: 'install', agreed, activate: page.value('press') === 'activate', acceptKeyChange });
}

/** Deletes a plugin with the data that were listed. */
export async function deleteWithData(page: ScreenContext): Promise<Reply> {
  const job = await needOwn(page);
  const given = job.data as PluginOrder;
  const { data } = job.state === 'done' ? (job.result as PluginResult) : {};
  if (given.act !== 'data' || !data) throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This is no longer there.'));
  return order(page, { act: 'remove', name: given.name, drop: true, options: data.options });
}
