import {
  type Comparison,
  compareWords,
  diffLines,
  GalleyError,
  type HistoryPart,
  isGalleyError,
  isSameValue,
  type PastState,
  type Reply,
  type ScreenContext,
  type Snapshot,
} from 'galley';
import { groupLines, type LineGroup } from './line-groups.ts';

/** The thing that a screen of history is about. */
interface Shown {
  kind: string;
  subject: string;
  title: string;
  /** Where its form is. */
  url: string;
  /** Where its history is. */
  historyUrl: string;
  states: PastState[];
}

async function shownThing(page: ScreenContext): Promise<Shown> {
  const { kind = '', subject = '' } = page.params;
  const { histories } = page.site;
  const { title, url } = await histories.find(kind, subject, page.viewer);
  const states = await histories.list(kind, subject, page.viewer);
  return { kind, subject, title: page.t(title), url, historyUrl: `/admin/history/${kind}/${subject}`, states };
}

/** Whether whoever asks may change the thing. */
export async function maySeeHistory({ site, params, viewer }: ScreenContext): Promise<boolean> {
  const found = site.histories.get(params['kind'] ?? '')?.find(params['subject'] ?? '', viewer);
  return (await found) !== undefined;
}

async function authorsOf(page: ScreenContext, states: readonly PastState[]): Promise<(past: PastState) => string> {
  const users = await page.site.users.findByIds(states.flatMap(({ authorId }) => authorId ?? []));
  const names = new Map(users.map((user) => [user.id, user.name]));
  return ({ authorId }) => names.get(authorId ?? 0) ?? page.t('Somebody');
}

/** The parts of these snapshots; those that no form has any more are left out. */
async function partsOf(page: ScreenContext, shown: Shown, snapshots: readonly Snapshot[]): Promise<HistoryPart[]> {
  const parts = await page.site.histories.get(shown.kind)?.parts(shown.subject, snapshots);
  const named = new Set(snapshots.flatMap((snapshot) => Object.keys(snapshot)));
  return (parts ?? []).filter(({ name }) => named.has(name));
}

const differing = (parts: readonly HistoryPart[], one: Snapshot, other: Snapshot): HistoryPart[] =>
  parts.filter(({ name }) => !isSameValue(one[name], other[name]));

/** What a thing was, newest first, with what changed each time. */
export async function showHistory(page: ScreenContext): Promise<Reply> {
  const shown = await shownThing(page);
  const { states } = shown;
  const [authorOf, parts] = await Promise.all([
    authorsOf(page, states),
    partsOf(
      page,
      shown,
      states.map(({ snapshot }) => snapshot),
    ),
  ]);
  const items = states.map((past, index) => {
    const before = states[index + 1];
    const changes = before && differing(parts, before.snapshot, past.snapshot).map(({ label }) => page.t(label));
    return {
      title: index === 0 ? page.t('The latest') : page.t('Version {version}', { version: states.length - index }),
      url: `${shown.historyUrl}/${past.id}`,
      who: authorOf(past),
      changes: changes ? changes.join(', ') || page.t('nothing') : page.t('first version'),
      time: past.createdAt,
    };
  });
  return page.view('revisions/history', {
    title: page.t('Earlier versions'),
    breadcrumbs: [{ label: shown.title, url: shown.url }],
    stylesheets: [await page.site.assets.url('revisions', 'revisions.css')],
    items,
  });
}

interface Difference extends Comparison {
  part: string;
  lines?: LineGroup[];
}

function compare(page: ScreenContext, parts: readonly HistoryPart[], older: Snapshot, newer: Snapshot): Difference[] {
  return differing(parts, older, newer).map(({ name, label, show, lines }) => {
    const words = (value: unknown): string => (show ? page.t(show(value)) : String(value ?? ''));
    const [before, after] = [words(older[name]), words(newer[name])];
    const compared = lines ? { lines: groupLines(diffLines(before, after)) } : compareWords(before, after);
    return { part: name, name, label: page.t(label), ...compared };
  });
}

/** What a thing was once beside what it is now, part by part. */
export async function showPast(page: ScreenContext): Promise<Reply> {
  const shown = await shownThing(page);
  const index = shown.states.findIndex(({ id }) => id === page.id());
  const past = shown.states[index];
  const kind = page.site.histories.get(shown.kind);
  if (!past || !kind) throw new GalleyError('GALLEY_HISTORY_UNKNOWN', page.t('That version is not kept any more.'));
  const [now, authorOf] = [await kind.read(shown.subject), await authorsOf(page, [past])];
  const parts = await partsOf(page, shown, [past.snapshot, now]);
  const step = (state: PastState | undefined, label: string) =>
    state && { label, url: `${shown.historyUrl}/${state.id}` };
  const title = page.t('Version {version}', { version: shown.states.length - index });
  return page.view('revisions/past', {
    title,
    breadcrumbs: [
      { label: shown.title, url: shown.url },
      { label: page.t('Earlier versions'), url: shown.historyUrl },
    ],
    stylesheets: [await page.site.assets.url('revisions', 'revisions.css')],
    older: { label: title, who: authorOf(past), time: past.createdAt },
    newerLabel: page.t('As it is now'),
    differences: compare(page, parts, past.snapshot, now),
    steps: [
      step(shown.states[index + 1], page.t('One version back')),
      step(shown.states[index - 1], page.t('One version on')),
    ].filter(Boolean),
    restoreUrl: `${shown.historyUrl}/${past.id}`,
    state: page.site.histories.stateOf(now),
  });
}

/** Makes a thing what it was, in all or in one part. */
export async function restorePast(page: ScreenContext): Promise<Reply> {
  const { kind, subject, url, historyUrl } = await shownThing(page);
  if (page.site.histories.get(kind)?.fresh && !page.isFresh()) return page.confirm();
  const part = page.value('part');
  const options = { viewer: page.viewer, state: page.value('state'), ...(part ? { part } : {}) };
  try {
    await page.site.histories.restore(kind, subject, page.id(), options);
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500 || error.code === 'GALLEY_PERMISSION_DENIED') throw error;
    const text =
      error.code === 'GALLEY_ENTRY_CONFLICT'
        ? page.t('Not brought back: somebody changed it meanwhile. This is how it compares with what is there now.')
        : error.message;
    return page.redirect(`${historyUrl}/${page.id()}`, { kind: 'warning', text });
  }
  const text = page.t('It is back. What was there before is kept among the earlier versions.');
  return page.redirect(url, { kind: 'success', text, link: { label: page.t('Earlier versions'), url: historyUrl } });
}
