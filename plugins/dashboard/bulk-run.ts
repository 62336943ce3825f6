import {
  type ContentType,
  type Entry,
  type EntryDraft,
  isGalleyError,
  type Reply,
  type ScreenContext,
  type Term,
} from 'galley';
import { backOf, listUrl, typeOf } from './types.ts';

const UNDO = 'bulk-edit:undo';
const LABELS = {
  status: 'Status',
  authorId: 'Author',
  sticky: 'Keep on top of the list',
  commentStatus: 'Comments',
} as const;
type Plain = keyof typeof LABELS;

/** What becomes of several entries. */
export interface BulkChange {
  draft: EntryDraft;
  terms: { taxonomy: string; mode: 'add' | 'remove' | 'only'; wanted: (string | number)[] }[];
}

/** What an entry was before it was changed with others. */
interface Before {
  id: number;
  /** The version that the change made; another one means that somebody has changed it since. */
  version: number;
  draft: EntryDraft;
}

/** One thing that changes, and in which entries. */
export interface PlannedChange {
  label: string;
  ids: number[];
}

/** What would change, by field. */
export async function changesFor(
  page: ScreenContext,
  entries: readonly Entry[],
  change: BulkChange,
): Promise<PlannedChange[]> {
  const terms = await page.site.terms.ofEntries(entries.map(({ id }) => id));
  const planned = new Map<string, number[]>();
  for (const entry of entries) {
    const draft = draftFor(entry, terms.get(entry.id) ?? [], change);
    const labels = [
      ...(Object.keys(LABELS) as Plain[]).filter((name) => draft[name] !== undefined).map((name) => LABELS[name]),
      ...Object.keys(draft.terms ?? {}).map((name) => page.site.taxonomies.need(name).title),
    ];
    for (const label of labels) planned.set(label, [...(planned.get(label) ?? []), entry.id]);
  }
  const order = [
    ...Object.values<string>(LABELS),
    ...change.terms.map(({ taxonomy }) => page.site.taxonomies.need(taxonomy).title),
  ];
  return order.flatMap((label) => {
    const ids = planned.get(label);
    return ids ? [{ label, ids }] : [];
  });
}

/** What of the change is news for an entry; nothing where it is so already. */
function draftFor(entry: Entry, terms: readonly Term[], { draft, terms: wishes }: BulkChange): EntryDraft {
  const news = Object.fromEntries(
    (Object.keys(LABELS) as Plain[])
      .filter((name) => draft[name] !== undefined && draft[name] !== entry[name])
      .map((name) => [name, draft[name]]),
  ) as EntryDraft;
  const changed = wishes.flatMap(({ taxonomy, mode, wanted }): [string, (string | number)[]][] => {
    const own = terms.filter((term) => term.taxonomy === taxonomy);
    const isWanted = (term: Term): boolean => wanted.some((one) => one === term.id || isNamed(term, one));
    const missing =
      mode === 'remove' ? [] : wanted.filter((one) => !own.some((term) => one === term.id || isNamed(term, one)));
    const kept = own.filter((term) => (mode === 'add' ? true : mode === 'remove' ? !isWanted(term) : isWanted(term)));
    if (missing.length === 0 && kept.length === own.length) return [];
    return [[taxonomy, [...kept.map(({ id }) => id), ...missing]]];
  });
  return changed.length === 0 ? news : { ...news, terms: Object.fromEntries(changed) };
}

const isNamed = (term: Term, wanted: string | number): boolean =>
  typeof wanted === 'string' && term.name.toLowerCase() === wanted.toLowerCase();

/** Changes them, each by the right to it, and keeps what they were. */
export async function runBulk(
  page: ScreenContext,
  type: ContentType,
  { entries, change, back }: { entries: readonly Entry[]; change: BulkChange; back: string },
): Promise<Reply> {
  const { site, viewer } = page;
  const terms = await site.terms.ofEntries(entries.map(({ id }) => id));
  const before: Before[] = [];
  let refusal = '';
  let left = 0;
  for (const entry of entries) {
    const own = terms.get(entry.id) ?? [];
    const draft = draftFor(entry, own, change);
    if (Object.keys(draft).length === 0) continue;
    try {
      const saved = await site.entries.save({ ...draft, id: entry.id }, { viewer, version: entry.version });
      before.push({ id: entry.id, version: saved.version, draft: formerOf(entry, own, draft) });
    } catch (error) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
      refusal = error.message;
      left += 1;
    }
  }
  await page.savePreference(UNDO, { type: type.name, before });
  const said = page.t('{count} entries are changed.', { count: before.length }, { one: 'One entry is changed.' });
  const others = left > 0 ? page.t('{count} left as they were: {why}', { count: left, why: page.t(refusal) }) : '';
  const undo = { label: page.t('Undo'), action: `${listUrl(type)}/bulk/undo`, values: { back } };
  return page.redirect(back, {
    kind: left > 0 ? 'warning' : 'success',
    text: [said, others].join(' ').trim(),
    ...(before.length > 0 ? { undo } : {}),
  });
}

/** The same parts as they were. */
function formerOf(entry: Entry, terms: readonly Term[], draft: EntryDraft): EntryDraft {
  const plain = (Object.keys(LABELS) as Plain[]).filter((name) => draft[name] !== undefined);
  const former = Object.fromEntries(plain.map((name) => [name, entry[name]])) as EntryDraft;
  const lists = Object.keys(draft.terms ?? {}).map((name) => [
    name,
    terms.filter(({ taxonomy }) => taxonomy === name).map(({ id }) => id),
  ]);
  // What was published keeps its date when it comes back.
  const dated = draft.status === undefined ? {} : { publishedAt: entry.publishedAt };
  return { ...former, ...dated, ...(lists.length > 0 ? { terms: Object.fromEntries(lists) } : {}) };
}

/** Makes the entries of the last change what they were; what somebody has changed since stays as it is. */
export async function undoBulk(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const type = typeOf(page);
  const kept = (await page.preference(UNDO)) as { type?: string; before?: Before[] } | null;
  const back = backOf(page, listUrl(type));
  if (kept?.type !== type.name || !kept.before)
    return page.redirect(back, { kind: 'warning', text: page.t('There is nothing to take back.') });
  let done = 0;
  for (const { id, version, draft } of kept.before) {
    try {
      await site.entries.save({ ...draft, id }, { viewer, version });
      done += 1;
    } catch (error) {
      if (!isGalleyError(error) || error.status >= 500) throw error;
    }
  }
  await page.savePreference(UNDO, null);
  const left = kept.before.length - done;
  const said = page.t('{count} entries are as they were.', { count: done }, { one: 'One entry is as it was.' });
  const others = left > 0 ? page.t('{count} were changed since and stay.', { count: left }) : '';
  return page.redirect(back, { kind: left > 0 ? 'warning' : 'success', text: [said, others].join(' ').trim() });
}
