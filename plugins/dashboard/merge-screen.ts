import {
  type ContentType,
  type DiffLine,
  diffWords,
  type Entry,
  GalleyError,
  type MergePart,
  nameOfPart,
  partTitle,
  plainText,
  type Reply,
  type ScreenContext,
  wordsOf,
} from 'galley';
import type { FormShown } from './entry-form.ts';
import { type EntryValues, type Press, storedValues } from './entry-values.ts';
import { type Choice, type Decision, type Merge, type MergeBase, mergeValues, resolve } from './merge.ts';
import { listUrl } from './types.ts';
import { titleOf } from './words.ts';

const PURPOSE = 'entry-merge';

/** What a conflict is about: what was typed, on which version, and with which button it was sent. */
export interface Conflict {
  type: ContentType;
  entry: Entry;
  mine: EntryValues;
  press: string;
  /** What the person is told when the choices were not complete. */
  problem?: string;
}

/** The state of an entry in one version, as far as it is kept. */
async function valuesAt(page: ScreenContext, type: ContentType, entry: Entry, version: number): Promise<MergeBase> {
  if (version === entry.version) return storedValues(page, type, entry);
  const revision = await page.site.entries.revisionAt(entry.id, version, page.viewer);
  if (!revision) return {};
  const { title, content, excerpt, fields, state } = revision;
  if (!state) return { title, content, excerpt, fields };
  const { terms, ...beside } = state;
  const then = { ...entry, title, content, excerpt, fields, ...beside };
  const { visibility: _visibility, password: _password, ...known } = await storedValues(page, type, then, terms);
  return known;
}

/** Somebody else saved meanwhile: both texts are put together, and what both changed is chosen. Nothing is lost. */
export async function showMerge(page: ScreenContext, conflict: Conflict): Promise<Reply> {
  const { type, mine, press } = conflict;
  const entry = await page.site.entries.need(conflict.entry.id, page.viewer);
  const theirs = await storedValues(page, type, entry);
  const merge = mergeValues(await valuesAt(page, type, entry, mine.version), theirs, mine);
  const [last] = type.supports.includes('revisions') ? await page.site.entries.revisions(entry.id, page.viewer) : [];
  const author = last?.authorId ? await page.site.users.find(last.authorId) : undefined;
  const who = author?.name ?? page.t('Somebody');
  const url = `${listUrl(type)}/${entry.id}`;
  const data = {
    title: page.t('Put both together'),
    breadcrumbs: [
      { label: type.title, url: listUrl(type) },
      { label: titleOf(entry, plainText), url },
    ],
    scripts: [await page.site.assets.url('dashboard-merge', 'merge.js')],
    who,
    when: entry.modifiedAt,
    problem: conflict.problem,
    count: merge.choices.length,
    sections: await sectionsOf(page, type, merge),
    taken: merge.taken.map((name) => labelOf(page, type, name)),
    kept: keptInputs(page),
    sealed: seal(page, entry, mine),
    theirVersion: entry.version,
    press,
    mergeUrl: `${url}/merge`,
    formUrl: url,
  };
  return page.view('dashboard/merge', data, { status: 409 });
}

/** What other plugins put into the form comes along; what is merged does not: it is sealed. */
function keptInputs(page: ScreenContext): { name: string; value: string }[] {
  const own = /^(_.*|version|press|title|content|excerpt|merge\..*|fields\..*)$/;
  return [...page.values]
    .filter(([name]) => !own.test(name))
    .flatMap(([name, list]) => list.map((value) => ({ name, value })));
}

/** What was typed, signed: it comes back as it was. */
function seal({ site, viewer }: ScreenContext, entry: Entry, mine: EntryValues): string {
  const text = Buffer.from(JSON.stringify(mine)).toString('base64url');
  return `${text}.${site.keys.sign(PURPOSE, `${viewer.id}.${entry.id}.${text}`)}`;
}

function unseal(
  { site, viewer, value }: Pick<ScreenContext, 'site' | 'viewer'> & { value: string },
  id: number,
): EntryValues {
  const [text = '', mac = ''] = value.split('.');
  if (!site.keys.verify(PURPOSE, `${viewer.id}.${id}.${text}`, mac))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The form is incomplete. Go back and save again.');
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as EntryValues;
}

/** What was decided on the merge screen, and what it makes of both texts. */
export interface Merged {
  conflict: Conflict;
  /** Saved when nothing is open; what the form is opened with when one wants to go on writing. */
  values: EntryValues;
  press: Press | 'edit' | 'new';
  /** How many choices are still to be made. */
  open: number;
}

/** What one had typed before both were put together. @throws GALLEY_INPUT_INVALID */
export function readMine(page: ScreenContext): EntryValues {
  const { site, viewer } = page;
  return unseal({ site, viewer, value: page.value('merge.mine') }, page.id());
}

/** Reads the decisions that were sent. */
export async function readMerge(page: ScreenContext, type: ContentType, entry: Entry): Promise<Merged> {
  const mine = readMine(page);
  const shown = Number(page.value('merge.theirs')) || 0;
  // What was shown as theirs, even if there is something newer by now.
  const theirs = { ...(await storedValues(page, type, entry)), ...(await valuesAt(page, type, entry, shown)) };
  const merge = mergeValues(await valuesAt(page, type, entry, mine.version), theirs, mine);
  const decisions = decisionsOf(page, merge);
  const asked = page.value('merge.then');
  const press = asked === 'edit' || asked === 'new' ? asked : (page.value('press') as Press);
  const open = merge.choices.filter(({ key }) => !decisions.has(key)).length;
  const values = { ...resolve(merge, decisions), version: shown };
  return { conflict: { type, entry, mine, press: page.value('press') }, values, press, open };
}

function decisionsOf(page: ScreenContext, merge: Merge): Map<string, Decision> {
  const all = page.value('merge.all');
  const decisions = new Map<string, Decision>();
  for (const { key, isText } of merge.choices) {
    const given = all || page.value(`merge.take.${key}`);
    const known = (['theirs', 'mine', ...(isText ? (['both', 'own'] as const) : [])] as const).find(
      (take) => take === given,
    );
    if (known) decisions.set(key, { take: known, text: page.value(`merge.text.${key}`) });
  }
  return decisions;
}

/** A part of the merge screen: one text with its stretches, or one value. */
interface Section {
  label: string;
  steps: Step[];
}

type Step =
  | { isChoice: false; words: string; count: number }
  | {
      isChoice: true;
      key: string;
      name: string;
      isText: boolean;
      theirs: DiffLine[];
      mine: DiffLine[];
      text: string;
      rows: number;
    };

async function sectionsOf(page: ScreenContext, type: ContentType, merge: Merge): Promise<Section[]> {
  const sections: Section[] = [];
  for (const [about, parts] of Object.entries(merge.texts)) {
    if (!parts.some(({ kind }) => kind === 'conflict')) continue;
    sections.push({ label: labelOf(page, type, about), steps: stepsOf(page, about, parts) });
  }
  for (const choice of merge.choices.filter(({ isText }) => !isText))
    sections.push({ label: labelOf(page, type, choice.about), steps: [await valueStep(page, choice)] });
  return sections;
}

function stepsOf(page: ScreenContext, about: string, parts: readonly MergePart[]): Step[] {
  return parts.map((part, index) => {
    if (part.kind === 'settled') return { isChoice: false, words: wordsOf(part.text), count: index };
    const source = part.mine || part.theirs;
    return {
      isChoice: true,
      key: `${about}.${index}`,
      name: about === 'content' ? partTitle(page, nameOfPart(source || part.base)) : '',
      isText: true,
      theirs: diffWords(wordsOf(part.base), wordsOf(part.theirs)),
      mine: diffWords(wordsOf(part.base), wordsOf(part.mine)),
      text: source,
      rows: Math.min(12, Math.max(3, source.split('\n').length + 1)),
    };
  });
}

async function valueStep(page: ScreenContext, { key, about, base, theirs, mine }: Choice): Promise<Step> {
  const [old, other, own] = await Promise.all([base, theirs, mine].map((value) => describe(page, about, value)));
  return {
    isChoice: true,
    key,
    name: '',
    isText: false,
    theirs: diffWords(base === undefined ? (other ?? '') : (old ?? ''), other ?? ''),
    mine: diffWords(base === undefined ? (own ?? '') : (old ?? ''), own ?? ''),
    text: '',
    rows: 0,
  };
}

/** A value in words. */
async function describe(page: ScreenContext, about: string, value: unknown): Promise<string> {
  if (value === undefined || value === null || value === '') return page.t('nothing');
  if (typeof value === 'boolean') return value ? page.t('yes') : page.t('no');
  if (about === 'authorId') return (await page.site.users.find(Number(value)))?.name ?? String(value);
  if (about === 'parentId' || about === 'featuredId') {
    const entry = await page.site.entries.get(Number(value), page.viewer);
    return entry ? titleOf(entry, plainText) : String(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

function labelOf(page: ScreenContext, type: ContentType, about: string): string {
  const labels: Record<string, string> = {
    title: page.t('Title'),
    content: page.t('Text'),
    excerpt: page.t('Excerpt'),
    slug: page.t('Address'),
    visibility: page.t('Who may read it'),
    password: page.t('Password for readers'),
    date: page.t('Date'),
    until: page.t('Until'),
    untilThen: page.t('What it becomes then'),
    authorId: page.t('Author'),
    parentId: page.t('Stands below'),
    order: page.t('Order'),
    template: page.t('Template'),
    featuredId: page.t('Featured picture'),
    sticky: page.t('Keep on top of the list'),
    commentsOpen: page.t('Readers may comment'),
  };
  return labels[about] ?? page.t(type.fields[about.replace(/^fields\./, '')]?.label ?? about);
}

/** How the form is opened to go on with what was put together. */
export function mergedForm({ values }: Merged): FormShown {
  return { values, isChanged: true };
}
