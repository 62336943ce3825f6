import {
  type AdminInput,
  type Entry,
  plainText,
  type Reply,
  type Row,
  type ScreenContext,
  type Site,
  tableView,
  type Viewer,
} from 'galley';
import type { Place, Places } from './places.ts';
import { indexOf, mayEnter, mayGoOut, type Plan, planOf } from './plan.ts';

/** An entry on its way. */
export interface OnItsWay {
  entry: Entry;
  place: Place;
  plan: Plan;
  stage: string;
}

const LISTED = 100;

/** The plans of the types that somebody may write. */
export async function plansFor(site: Site, viewer: Viewer): Promise<{ type: string; title: string; plan: Plan }[]> {
  const found: { type: string; title: string; plan: Plan }[] = [];
  for (const { value: type } of site.types.list()) {
    if (!type.showInAdmin || !viewer.can(`edit_${type.capability}s`)) continue;
    const plan = await planOf(site, type.name);
    if (plan) found.push({ type: type.name, title: type.title, plan });
  }
  return found;
}

/** What stands at some stages of a plan and may be edited by the viewer. */
export async function entriesAt(
  { site, viewer }: Pick<AdminInput, 'site' | 'viewer'>,
  places: Places,
  { type, plan, stages }: { type: string; plan: Plan; stages: readonly string[] },
): Promise<OnItsWay[]> {
  const standing = await places.at(type, stages, LISTED);
  const entries = await site.entries.getMany(
    standing.map(({ entryId }) => entryId),
    viewer,
  );
  return standing.flatMap((place) => {
    const entry = entries.get(place.entryId);
    if (!entry || !['draft', 'pending'].includes(entry.status) || !site.entries.may(viewer, 'edit', entry)) return [];
    return [{ entry, place, plan, stage: plan.stages[indexOf(plan, place.stage)]?.title ?? '' }];
  });
}

/** The stages at which an entry waits for this person: those that he may let pass. */
export function stagesToDecide(viewer: Viewer, plan: Plan, capability: string): string[] {
  return plan.stages.flatMap(({ id }, index) => {
    if (index === 0) return [];
    const isLast = index === plan.stages.length - 1;
    const may = isLast
      ? viewer.can(`publish_${capability}s`) && mayGoOut(viewer, plan, index)
      : mayEnter(viewer, plan.stages[index + 1]);
    return may ? [id] : [];
  });
}

/** All that waits for this person. */
export async function waitingFor(input: Pick<AdminInput, 'site' | 'viewer'>, places: Places): Promise<OnItsWay[]> {
  const all: OnItsWay[] = [];
  for (const { type, plan } of await plansFor(input.site, input.viewer)) {
    const capability = input.site.types.need(type).capability;
    const stages = stagesToDecide(input.viewer, plan, capability);
    all.push(...(await entriesAt(input, places, { type, plan, stages })));
  }
  return all;
}

/** The list of what is on its way, by type and stage. */
export async function showBoard(page: ScreenContext, places: Places): Promise<Reply> {
  const plans = await plansFor(page.site, page.viewer);
  const chosen = plans.find(({ type }) => type === page.text('type')) ?? plans[0];
  const stage = chosen?.plan.stages.find(({ id }) => id === page.text('stage'));
  const base = (type: string, id = ''): string =>
    `/admin/workflow?${new URLSearchParams({ type, ...(id && { stage: id }) })}`;
  const stages = stage ? [stage.id] : (chosen?.plan.stages.map(({ id }) => id) ?? []);
  const found = chosen ? await entriesAt(page, places, { ...chosen, stages }) : [];
  const table = tableView({
    caption: page.t('On its way'),
    columns: [
      { key: 'title', label: 'Title' },
      { key: 'stage', label: 'Stage' },
      { key: 'since', label: 'Since' },
    ],
    rows: found.map((item) => rowOf(page, item)),
    filters: [
      ...plans.map(({ type, title }) => ({
        label: title,
        url: base(type),
        isCurrent: type === chosen?.type && !stage,
      })),
      ...(chosen?.plan.stages ?? []).map(({ id, title }) => ({
        label: title,
        url: base(chosen?.type ?? '', id),
        isCurrent: id === stage?.id,
      })),
    ],
    address: base(chosen?.type ?? '', stage?.id),
    empty: {
      title: page.t('Nothing is on its way'),
      text: page.t('What is moved from one stage to the next stands here.'),
    },
  });
  return page.view('list', { title: page.t('Stages'), table });
}

function rowOf(page: ScreenContext, { entry, place, stage }: OnItsWay): Row {
  const title = plainText(entry.title) || page.t('Without a title');
  const badge = { word: stage, tone: place.isReturned ? 'warning' : 'info' };
  return {
    id: String(entry.id),
    label: title,
    cells: {
      title: { text: title, url: `/admin/content/${entry.type}/${entry.id}` },
      stage: { badge, ...(place.isReturned ? { note: page.t('sent back') } : {}) },
      since: { time: place.movedAt },
    },
  };
}
