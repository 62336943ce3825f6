import {
  decodeCursor,
  exportList,
  exportTools,
  JOB_WORDS,
  type JobInfo,
  type JobState,
  json,
  pageBothWays,
  type Reply,
  type ScreenContext,
  type Table,
  type TableView,
  withParameters,
} from 'galley';
import { JOB_ACTS } from './queue-acts.ts';
import { QUEUE, rowOf } from './queue-rows.ts';
import { tabs } from './tabs.ts';

const PER_PAGE = 30;
const STEP = 200;
const COUNTED = 1000;
const MAX_IDS = 5000;
/** What of the address narrows and sorts the list of jobs. */
export const JOBS_QUERY = ['state', 'name', 'search', 'sort', 'direction', 'after', 'before', 'saved'];
const STATES = Object.keys(JOB_WORDS) as JobState[];

interface Asked {
  state: JobState | undefined;
  name: string;
  search: string;
  /** The job that is looked for by its number. */
  id: number | undefined;
  direction: 'asc' | 'desc';
}

function readAsked(page: ScreenContext): Asked {
  const search = page.text('search').trim().slice(0, 100);
  const number = /^#?([1-9]\d{0,14})$/.exec(search)?.[1];
  return {
    state: STATES.find((item) => item === page.text('state')),
    name: page.text('name'),
    search,
    id: number === undefined ? undefined : Number(number),
    direction: page.text('direction') === 'asc' ? 'asc' : 'desc',
  };
}

/** Words are looked for in the names and summaries of the kinds; each job has one of them. */
function filterOf(page: ScreenContext, { state, name, search, id }: Asked) {
  const words = search.toLowerCase();
  const kinds = page.site.jobs.definitions();
  const fits = kinds.filter((kind) =>
    `${kind.name} ${kind.value.summary} ${page.t(kind.value.summary)}`.toLowerCase().includes(words),
  );
  return {
    ...(state ? { state } : {}),
    ...(name ? { name } : {}),
    ...(id === undefined ? {} : { id }),
    ...(search && id === undefined ? { names: fits.map((kind) => kind.name) } : {}),
  };
}

const addressOf = ({ state, name, search, direction }: Asked): string =>
  withParameters(QUEUE, { state, name, search, ...(direction === 'asc' ? { sort: 'enqueued', direction } : {}) });

function findPage(page: ScreenContext, asked: Asked) {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays<JobInfo>(
    place,
    async (cursor, isReversed) => {
      const oldestFirst = (asked.direction === 'asc') !== isReversed;
      const beyond = cursor ? { [oldestFirst ? 'after' : 'before']: cursor.id } : {};
      const query = { ...filterOf(page, asked), ...beyond, oldestFirst, limit: PER_PAGE + 1 };
      const jobs = await page.site.jobs.list(query);
      return { items: jobs.slice(0, PER_PAGE), hasMore: jobs.length > PER_PAGE };
    },
    ({ id }) => ({ value: id, id }),
  );
}

async function tableOf(
  page: ScreenContext,
  asked: Asked,
  jobs: readonly JobInfo[],
  more: Partial<Table> = {},
): Promise<TableView> {
  const table: Table = {
    caption: 'Jobs',
    address: addressOf(asked),
    columns: [
      { key: 'name', label: 'Job' },
      { key: 'state', label: 'State' },
      { key: 'attempts', label: 'Attempts', isMinor: true, isNumber: true },
      { key: 'node', label: 'Where', isMinor: true },
      { key: 'enqueued', label: 'Enqueued', isMinor: true, isOptional: true, sort: 'desc' },
      { key: 'time', label: 'Since' },
    ],
    rows: await Promise.all(jobs.map((job) => rowOf(page, job))),
    sort: { by: 'enqueued', direction: asked.direction },
    bulk: { action: `${QUEUE}/bulk`, options: JOB_ACTS.map(({ name, label }) => ({ value: name, label })) },
    empty:
      asked.search || asked.name || asked.state
        ? { title: 'Nothing fits', text: 'No job is like that.', action: { label: 'All jobs', url: QUEUE } }
        : { title: 'Nothing in the queue', text: 'Work that is done behind the requests shows here.' },
    ...more,
  };
  return page.site.admin.lists.view(page, { names: ['jobs'], items: jobs, table });
}

/** The queue: its jobs, what rests, and how many stand where. */
export async function showQueue(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const start = page.context.url.includes('?') ? undefined : await site.admin.lists.startOf(page, 'jobs', QUEUE);
  if (start) return page.redirect(start);
  const asked = readAsked(page);
  // Whoever types a number and presses Enter wants that job; a script asks while it is typed.
  if (asked.id !== undefined && !page.wantsJson) return page.redirect(`${QUEUE}/${asked.id}`);
  const [found, around, paused] = await Promise.all([findPage(page, asked), aroundOf(page, asked), site.jobs.paused()]);
  const { newer, older } = found;
  const paging = {
    newer: newer && withParameters(addressOf(asked), { before: newer }),
    older: older && withParameters(addressOf(asked), { after: older }),
  };
  const table = await tableOf(page, asked, found.items, { ...around, paging });
  return page.view('system/queue', {
    intro: 'Work that is done behind the requests, on all nodes of the site.',
    tabs: tabs('queue'),
    table,
    kinds: site.jobs.definitions().map((kind) => ({
      name: kind.name,
      owner: kind.owner,
      summary: kind.value.summary,
      isResting: paused.includes(kind.name),
      isCurrent: kind.name === asked.name,
      url: withParameters(QUEUE, { name: kind.name }),
    })),
    isAllResting: paused.includes('*'),
  });
}

async function aroundOf(page: ScreenContext, asked: Asked): Promise<Partial<Table>> {
  const { state, name, search } = asked;
  const { jobs } = page.site;
  const [counts, count] = await Promise.all([jobs.counts(), jobs.count(filterOf(page, asked), COUNTED + 1)]);
  const below = (path: string): string => addressOf(asked).replace(QUEUE, `${QUEUE}/${path}`);
  const tab = (label: string, value: string) => ({
    label,
    url: withParameters(QUEUE, { state: value, name }),
    isCurrent: (state ?? '') === value,
  });
  return {
    filters: [
      tab('All', ''),
      ...STATES.filter((item) => counts[item] > 0 || item === state).map((item) => ({
        ...tab(JOB_WORDS[item].word, item),
        count: Math.min(counts[item], COUNTED),
      })),
    ],
    selects: [kindSelect(page, name)],
    search: { action: QUEUE, label: 'Number or kind of a job', value: search, hidden: state ? { state } : {} },
    chips: [
      ...(search ? [{ label: `“${search}”`, url: withParameters(addressOf(asked), { search: '' }) }] : []),
      ...(name ? [{ label: name, url: withParameters(addressOf(asked), { name: '' }) }] : []),
    ],
    total: { count: Math.min(count, COUNTED), isMore: count > COUNTED },
    tools: exportTools(page, (format) => withParameters(below('export'), { format })),
    idsUrl: below('ids'),
  };
}

/** All kinds of jobs that there are, to narrow the list to one. */
function kindSelect(page: ScreenContext, current: string): NonNullable<Table['selects']>[number] {
  const all = { value: '', label: page.t('All'), selected: current === '' };
  const kinds = page.site.jobs
    .definitions()
    .map(({ name }) => ({ value: name, label: name, selected: name === current }));
  return { name: 'name', label: 'Kind', options: [all, ...kinds] };
}

/** All jobs of the list as a file. */
export function exportJobs(page: ScreenContext): Reply {
  return exportList(page, { name: 'jobs', tables: tables(page, readAsked(page)) });
}

async function* tables(page: ScreenContext, asked: Asked): AsyncGenerator<TableView> {
  let isEmpty = true;
  for await (const jobs of allPages(page, asked)) {
    isEmpty = false;
    yield await tableOf(page, asked, jobs);
  }
  if (isEmpty) yield await tableOf(page, asked, []);
}

async function* allPages(page: ScreenContext, asked: Asked): AsyncGenerator<JobInfo[]> {
  const oldestFirst = asked.direction === 'asc';
  for (let last: JobInfo | undefined; ; ) {
    const beyond = last ? { [oldestFirst ? 'after' : 'before']: last.id } : {};
    const jobs = await page.site.jobs.list({ ...filterOf(page, asked), ...beyond, oldestFirst, limit: STEP });
    if (jobs.length > 0) yield jobs;
    last = jobs.at(-1);
    if (!last || jobs.length < STEP) return;
  }
}

/** The ids of all that match, up to a bound: for actions on more than one page of the list. */
export async function listJobIds(page: ScreenContext): Promise<Reply> {
  const ids: number[] = [];
  for await (const jobs of allPages(page, readAsked(page))) {
    ids.push(...jobs.map(({ id }) => id));
    if (ids.length > MAX_IDS) break;
  }
  const headers = { 'cache-control': 'private, no-store' };
  return json({ ids: ids.slice(0, MAX_IDS), isMore: ids.length > MAX_IDS }, { headers });
}
