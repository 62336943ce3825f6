import { type Entry, type EntryDraft, GalleyError, type Site, SYSTEM, type Viewer } from 'galley';
import { isPassing } from './changes.ts';
import type { Place, Places } from './places.ts';
import { indexOf, mayEnter, mayGoOut, mayMove, type Plan, planOf } from './plan.ts';

/** How a save says that the entry moves: the stage as a value of `meta` that is never stored, and a note with it. */
export const MOVE_KEY = 'workflow:move';
export const NOTE_KEY = 'workflow:note';

const OUT = ['publish', 'private', 'future'];
const GUARDED = ['title', 'content', 'excerpt', 'featuredId', 'template'] as const;

/** A save as the guard sees it. */
interface Case {
  site: Site;
  places: Places;
  plan: Plan;
  viewer: Viewer;
  draft: EntryDraft;
  previous: Entry | undefined;
  /** Where it stands now. */
  place: Place | undefined;
  from: number;
}

const isOut = (entry: { status?: string } | undefined): boolean => OUT.includes(entry?.status ?? '');

function refuse(message: string): never {
  throw new GalleyError('GALLEY_PERMISSION_DENIED', message);
}

/** Whether a save changes what readers would see. */
export function changesText(draft: EntryDraft, previous: Entry): boolean {
  if (GUARDED.some((name) => draft[name] !== undefined && draft[name] !== previous[name])) return true;
  return Object.entries(draft.fields ?? {}).some(
    ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(previous.fields[name] ?? null),
  );
}

/** Takes the words for the guard out of a draft, so that they are not stored. */
function takeMove(draft: EntryDraft): { draft: EntryDraft; to: string | undefined; note: string } {
  const { [MOVE_KEY]: to, [NOTE_KEY]: note, ...meta } = draft.meta ?? {};
  const rest = draft.meta ? { ...draft, meta } : draft;
  return { draft: rest, to: [to ?? []].flat()[0], note: [note ?? []].flat()[0] ?? '' };
}

/**
 * Watches over every save, whichever way it comes: nobody moves an entry where he may not, or publishes what has not
 * passed. What is imported, and what the system itself does, is let through.
 */
export function guardSaves(site: Site, places: Places): void {
  site.hooks.addFilter('entry:saving', async (given, { previous, viewer, isImport }) => {
    const { draft, to, note } = takeMove(given);
    const type = previous?.type ?? draft.type ?? 'post';
    if (isImport || isPassing(previous?.id)) return draft;
    const plan = await planOf(site, type);
    if (!plan) return draft;
    const place = previous && (await places.of([previous.id])).get(previous.id);
    const all: Case = { site, places, plan, viewer, draft, previous, place, from: indexOf(plan, place?.stage) };
    return to === undefined ? settle(all) : moveTo(all, { to, note });
  });
  site.hooks.addAction('entry:removed', ({ entry }) => places.forget(entry.id));
}

/** A save that moves the entry on purpose. */
async function moveTo(all: Case, { to: id, note }: { to: string; note: string }): Promise<EntryDraft> {
  const { plan, viewer, draft, previous, from } = all;
  const to = plan.stages.findIndex((stage) => stage.id === id);
  if (!previous || to === -1)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such stage, or nothing saved yet.');
  if (isOut(previous)) refuse('It is published already. Make it a draft first.');
  if (viewer !== SYSTEM && !mayMove(viewer, plan, { from, to }))
    refuse(`You may not move this to “${plan.stages[to]?.title}”.`);
  await record(all, to, note);
  return settleStatus(draft, to);
}

const settleStatus = (draft: EntryDraft, to: number): EntryDraft => ({
  ...draft,
  status: to === 0 ? 'draft' : 'pending',
});

/** Any other save: what it means for where the entry stands. */
async function settle(all: Case): Promise<EntryDraft> {
  const { plan, viewer, draft, previous, from } = all;
  const goesOut = OUT.includes(draft.status ?? '') && !isOut(previous);
  const comesBack = isOut(previous) && draft.status !== undefined && !isOut(draft) && draft.status !== 'trash';
  if (comesBack) await record(all, 0, '');
  if (viewer === SYSTEM) return draft;
  if (goesOut) return goOut(all);
  if (!previous || !changesText(draft, previous)) return draft;
  if (isOut(previous)) {
    if (!comesBack && plan.mustPass && !mayGoOut(viewer, plan, 0))
      refuse('It is published, and what readers see must pass all stages. Save it as a pending change.');
    return draft;
  }
  // What was let pass is not what it says now: it goes back, unless he may let it pass himself.
  if (from === 0 || mayEnter(viewer, plan.stages[from])) return draft;
  await record(all, 0, 'Changed after it had passed.');
  return settleStatus(draft, 0);
}

async function goOut(all: Case): Promise<EntryDraft> {
  const { plan, viewer, draft, previous, from } = all;
  const isChanged = previous !== undefined && changesText(draft, previous) && !mayEnter(viewer, plan.stages[from]);
  if (!mayGoOut(viewer, plan, isChanged ? 0 : from)) {
    const last = plan.stages.at(-1)?.title ?? '';
    refuse(`Only what is “${last}” may be published. Move it there first, or ask somebody who may.`);
  }
  if (previous && plan.mustPass) await record(all, plan.stages.length - 1, '');
  return draft;
}

/** Writes a move, in the transaction of the save. @throws GALLEY_ENTRY_CONFLICT */
async function record(
  { site, places, plan, viewer, previous, place, from }: Case,
  to: number,
  note: string,
): Promise<void> {
  const [before, after] = [plan.stages[from], plan.stages[to]];
  if (!previous || !before || !after || from === to) return;
  const by = viewer.id;
  const move = { from: before.id, to: after.id, by, note, isReturned: to < from && !isOut(previous) };
  if (await places.move(previous, place, move)) {
    const event = { entry: previous, stage: after.title, note, by: viewer, isReturned: move.isReturned };
    await site.database.afterCommit(() => site.hooks.doAction('entry:moved', event));
    return;
  }
  throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else moved this meanwhile. Look at it again.');
}
