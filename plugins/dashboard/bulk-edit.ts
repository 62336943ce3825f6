import {
  type ContentType,
  type Control,
  type Entry,
  type EntryDraft,
  type FieldDefinition,
  makeControl,
  plainText,
  type Reply,
  type ScreenContext,
  SYSTEM,
} from 'galley';
import { type BulkChange, changesFor, runBulk } from './bulk-run.ts';
import { inTree } from './entry-boxes.ts';
import { shownTaxonomies } from './entry-values.ts';
import { backOf, listUrl } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

/** Name of the bulk action that changes fields. */
export const EDIT = 'edit';
/** So many entries are changed at once: so many can be taken back. */
const MAX = 300;
const MAX_TERMS = 1000;
const MAX_AUTHORS = 300;
const NAMED = 20;
const STATUSES = ['publish', 'pending', 'draft', 'private'] as const;
const LEAVE = { value: '', label: 'As it is' };
const MODE_LABELS = { add: 'Add these', remove: 'Take these away', only: 'These and no others' } as const;
const COMMENT_LABELS = { open: 'Readers may comment', closed: 'No comments' } as const;

interface Named {
  value: string;
  label: string;
}

const optionsOf = (page: ScreenContext, name: string, choices: readonly Named[]): Control['options'] =>
  [LEAVE, ...choices].map((choice) => ({ ...choice, selected: choice.value === page.value(name) }));

const namedOf = (labels: Readonly<Record<string, string>>): Named[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

function selectOf(page: ScreenContext, name: string, label: string, choices: readonly Named[]): Control {
  const field: FieldDefinition = { kind: 'select', label, required: true };
  const options = optionsOf(page, name, choices);
  return { ...makeControl(field, { name, value: null, zone: 'UTC', options }), required: false };
}

async function controlsOf(page: ScreenContext, type: ContentType): Promise<Control[]> {
  const { site, viewer } = page;
  const isOthers = viewer.can(`edit_others_${type.capability}s`);
  const mayPublish = viewer.can(`publish_${type.capability}s`);
  const has = (support: ContentType['supports'][number]): boolean => type.supports.includes(support);
  const statuses = STATUSES.filter((name) => mayPublish || name === 'draft' || name === 'pending');
  const users = isOthers ? await site.users.list({ status: 'active', limit: MAX_AUTHORS }, SYSTEM) : [];
  const authors = users.map(({ id, name }) => ({ value: String(id), label: name }));
  const words = statuses.map((value) => ({ value, label: STATUS_WORDS[value].word }));
  return [
    selectOf(page, 'set.status', 'Status', words),
    ...(has('author') && isOthers ? [selectOf(page, 'set.author', 'Author', authors)] : []),
    ...(has('sticky') && isOthers
      ? [selectOf(page, 'set.sticky', 'Keep on top of the list', namedOf({ yes: 'Yes', no: 'No' }))]
      : []),
    ...(has('comments') ? [selectOf(page, 'set.comments', 'Comments', namedOf(COMMENT_LABELS))] : []),
    ...(await termControls(page, type)),
  ];
}

async function termControls(page: ScreenContext, type: ContentType): Promise<Control[]> {
  const lists = shownTaxonomies(page.site, type).map(async ({ name, title, isTree }): Promise<Control[]> => {
    const label = page.t('What becomes of {terms}', { terms: page.t(title) });
    const mode = selectOf(page, `mode.${name}`, label, namedOf(MODE_LABELS));
    const [key, value] = [`terms.${name}`, page.value(`terms.${name}`)];
    const help = page.t('Names, with commas between.');
    if (!isTree) return [mode, makeControl({ kind: 'text', label: title, help }, { name: key, value, zone: 'UTC' })];
    const chosen = new Set(page.values.get(key));
    const options = inTree(await page.site.terms.list(name, { limit: MAX_TERMS })).map((term) => ({
      value: String(term.id),
      label: term.name,
      depth: Math.min(term.depth, 6),
      selected: chosen.has(String(term.id)),
    }));
    return [mode, makeControl({ kind: 'multiselect', label: title }, { name: key, value: null, zone: 'UTC', options })];
  });
  return (await Promise.all(lists)).flat();
}

/** What was chosen, as far as it means anything. */
function readChange(page: ScreenContext, type: ContentType): BulkChange {
  const { site, viewer } = page;
  const isOthers = viewer.can(`edit_others_${type.capability}s`);
  const status = STATUSES.find((name) => name === page.value('set.status'));
  const author = Number(page.value('set.author')) || 0;
  const sticky = page.value('set.sticky');
  const comments = page.value('set.comments');
  const draft: EntryDraft = {
    ...(status ? { status } : {}),
    ...(isOthers && author > 0 ? { authorId: author } : {}),
    ...(isOthers && type.supports.includes('sticky') && (sticky === 'yes' || sticky === 'no')
      ? { sticky: sticky === 'yes' }
      : {}),
    ...(comments === 'open' || comments === 'closed' ? { commentStatus: comments } : {}),
  };
  const terms = shownTaxonomies(site, type).flatMap(({ name, isTree }): BulkChange['terms'] => {
    const mode = (Object.keys(MODE_LABELS) as (keyof typeof MODE_LABELS)[]).find(
      (one) => one === page.value(`mode.${name}`),
    );
    const given = (page.values.get(`terms.${name}`) ?? [])
      .flatMap((text) => text.split(','))
      .map((text) => text.trim());
    const wanted = given.filter(Boolean).map((text) => (isTree ? Number(text) || 0 : text));
    return mode && (wanted.length > 0 || mode === 'only') ? [{ taxonomy: name, mode, wanted }] : [];
  });
  return { draft, terms };
}

/** The form that changes fields of several entries, then what would change, then the change itself. */
export async function editMany(page: ScreenContext, type: ContentType, ids: readonly number[]): Promise<Reply> {
  const back = backOf(page, listUrl(type));
  const all = await page.site.entries.getMany(ids.slice(0, MAX), page.viewer);
  const entries = [...all.values()].filter((entry) => entry.type === type.name);
  const step = page.value('step');
  const change = step === '' ? undefined : readChange(page, type);
  if (step === 'run' && change) return runBulk(page, type, { entries, change, back });
  const planned = change ? await changesFor(page, entries, change) : [];
  if (change && planned.length > 0) return preview(page, type, { entries, planned, back });
  const noticed = change
    ? [{ kind: 'warning' as const, text: page.t('Nothing would change. Choose something else.') }]
    : [];
  return page.view('act', {
    title: page.t('Change {count} entries', { count: entries.length }, { one: 'Change one entry' }),
    breadcrumbs: [{ label: type.title, url: listUrl(type) }],
    notices: noticed,
    question: page.t('Choose what becomes of all of them. You see what changes before it does.'),
    things: thingsOf(page, entries),
    controls: await controlsOf(page, type),
    hidden: hiddenOf(entries, back, [['step', 'preview']]),
    submit: page.t('See what changes'),
    cancel: back,
  });
}

function thingsOf(page: ScreenContext, entries: readonly Entry[]): string[] {
  const named = entries.slice(0, NAMED).map((entry) => titleOf(entry, plainText));
  const more = entries.length - named.length;
  return more > 0 ? [...named, page.t('and {count} more', { count: more })] : named;
}

const hiddenOf = (entries: readonly Entry[], back: string, more: readonly (readonly [string, string])[]) => [
  { name: 'action', value: EDIT },
  { name: 'ids', value: entries.map(({ id }) => id).join(',') },
  { name: 'back', value: back },
  ...more.map(([name, value]) => ({ name, value })),
];

const KEPT = /^(set|mode|terms)\./;

async function preview(
  page: ScreenContext,
  type: ContentType,
  {
    entries,
    planned,
    back,
  }: { entries: readonly Entry[]; planned: Awaited<ReturnType<typeof changesFor>>; back: string },
): Promise<Reply> {
  const chosen = [...page.values].flatMap(([name, list]) =>
    KEPT.test(name) ? list.map((value) => [name, value] as const) : [],
  );
  const count = new Set(planned.flatMap(({ ids }) => ids)).size;
  return page.view('act', {
    title: page.t('Change {count} entries?', { count }, { one: 'Change one entry?' }),
    breadcrumbs: [{ label: type.title, url: listUrl(type) }],
    question: page.t('This changes. It can be taken back afterwards.'),
    things: planned.map(({ label, ids }) =>
      page.t('{what}: {count} entries', { what: page.t(label), count: ids.length }, { one: '{what}: one entry' }),
    ),
    hidden: hiddenOf(entries, back, [['step', 'run'], ...chosen]),
    submit: page.t('Change them'),
    cancel: back,
  });
}
