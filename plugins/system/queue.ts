import {
  GalleyError,
  JOB_WORDS,
  type JobInfo,
  type JobState,
  jobProgress,
  type Reply,
  type Row,
  type RowAction,
  type ScreenContext,
  type Table,
  withParameters,
} from 'galley';
import { asText } from './redact.ts';
import { BASE, tabs } from './tabs.ts';

const PER_PAGE = 30;
const COUNTED = 1000;
const QUEUE = `${BASE}/queue`;
/** What of the address narrows the list of jobs. */
export const JOBS_QUERY = ['state', 'name', 'search', 'before', 'saved'];
const STATES = Object.keys(JOB_WORDS) as JobState[];
const CLOSED: readonly JobState[] = ['failed', 'cancelled'];

/** The queue: its jobs, newest first, what rests, and how many stand where. */
export async function showQueue(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const start = page.context.url.includes('?') ? undefined : await site.admin.lists.startOf(page, 'jobs', QUEUE);
  if (start) return page.redirect(start);
  const wanted = page.text('search').trim().replace(/^#/, '');
  if (/^[1-9]\d{0,14}$/.test(wanted)) return page.redirect(`${QUEUE}/${wanted}`);
  const state = STATES.find((item) => item === page.text('state'));
  const name = page.text('name');
  const before = Number(page.text('before')) || undefined;
  const kept = { ...(state ? { state } : {}), ...(name ? { name } : {}) };
  const [counts, jobs, paused] = await Promise.all([
    site.jobs.counts(),
    site.jobs.list({ ...kept, ...(before ? { before } : {}), limit: PER_PAGE + 1 }),
    site.jobs.paused(),
  ]);
  const shown = jobs.slice(0, PER_PAGE);
  const kinds = site.jobs.definitions();
  const last = shown.at(-1);
  const table: Table = {
    caption: 'Jobs',
    address: withParameters(QUEUE, { state: state ?? '', name }),
    columns: [
      { key: 'name', label: 'Job' },
      { key: 'state', label: 'State' },
      { key: 'attempts', label: 'Attempts', isMinor: true, isNumber: true },
      { key: 'node', label: 'Where', isMinor: true },
      { key: 'time', label: 'Since' },
    ],
    rows: await Promise.all(shown.map((job) => rowOf(page, job))),
    selects: [kindSelect(page, name)],
    search: { action: QUEUE, label: 'Number of a job', value: '', hidden: state ? { state } : {} },
    filters: [
      { label: 'All', url: withParameters(QUEUE, { name }), isCurrent: !state },
      ...STATES.filter((item) => counts[item] > 0 || item === state).map((item) => ({
        label: JOB_WORDS[item].word,
        url: withParameters(QUEUE, { state: item, name }),
        count: Math.min(counts[item], COUNTED),
        isCurrent: item === state,
      })),
    ],
    paging:
      jobs.length > PER_PAGE && last
        ? { older: withParameters(QUEUE, { state: state ?? '', name, before: String(last.id) }) }
        : {},
    empty: { title: 'Nothing in the queue', text: 'Work that is done behind the requests shows here.' },
  };
  return page.view('system/queue', {
    intro: 'Work that is done behind the requests, on all nodes of the site.',
    tabs: tabs('queue'),
    table: await site.admin.lists.view(page, { names: ['jobs'], items: shown, table }),
    // The script of jobs renews the rows where they stand.
    isDrawn: false,
    states: state ?? '',
    kinds: kinds.map((kind) => ({
      name: kind.name,
      owner: kind.owner,
      summary: kind.value.summary,
      isResting: paused.includes(kind.name),
      isCurrent: kind.name === name,
      url: withParameters(QUEUE, { name: kind.name }),
    })),
    isAllResting: paused.includes('*'),
  });
}

/** All kinds of jobs that there are, to narrow the list to one. */
function kindSelect(page: ScreenContext, current: string): NonNullable<Table['selects']>[number] {
  const all = { value: '', label: page.t('All'), selected: current === '' };
  const kinds = page.site.jobs
    .definitions()
    .map(({ name }) => ({ value: name, label: name, selected: name === current }));
  return { name: 'name', label: 'Kind', options: [all, ...kinds] };
}

async function rowOf(page: ScreenContext, job: JobInfo): Promise<Row> {
  return {
    id: String(job.id),
    label: `${job.name} ${job.id}`,
    cells: {
      name: { text: job.name, url: `${QUEUE}/${job.id}`, note: `#${job.id}` },
      state: { html: await page.fragment('system/progress', { job: jobProgress(job, page) }) },
      attempts: { text: page.t('{done} of {total}', { done: job.attempts, total: job.maxAttempts }) },
      node: { text: job.node },
      time: { time: job.finishedAt ?? job.startedAt ?? job.createdAt },
    },
    actions: actionsOf(job),
  };
}

function actionsOf({ id, state, finishedAt }: JobInfo): RowAction[] {
  if (CLOSED.includes(state)) return [{ label: 'Try again', url: `${QUEUE}/${id}/retry`, isPost: true }];
  if (finishedAt !== null) return [];
  return [{ label: 'Cancel', url: `${QUEUE}/${id}/cancel`, isPost: true, isDanger: true }];
}

/** One job: how far it is, what it was given and what came of it. */
export async function showJob(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const job = await site.jobs.get(page.id());
  if (!job) throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This job is no longer there.'));
  const user = job.userId === null ? undefined : await site.users.find(job.userId);
  const summary = site.jobs.definitions().find(({ name }) => name === job.name)?.value.summary;
  return page.view('system/job', {
    title: page.t('Job {name} #{id}', { name: job.name, id: job.id }),
    ...(summary ? { intro: summary } : {}),
    breadcrumbs: [{ label: 'Queue', url: QUEUE }],
    job: jobProgress(job, page),
    error: job.error,
    actions: [],
    acts: actionsOf(job),
    attempts: page.t('{done} of {total}', { done: job.attempts, total: job.maxAttempts }),
    priority: job.priority,
    by: user?.name ?? page.t('The site itself'),
    node: job.node,
    times: [
      { label: 'Enqueued', time: job.createdAt },
      { label: 'Due', time: job.runAt },
      { label: 'Began', time: job.startedAt },
      { label: 'Ended', time: job.finishedAt },
    ].filter(({ time }) => time !== null),
    data: asText(job.data),
    result: asText(job.result),
  });
}
