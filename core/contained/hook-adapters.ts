import type { Notice, NoticeKind } from '../admin/notices.ts';
import type { DashboardWidget } from '../admin/widgets.ts';
import type { Entry } from '../content/entry.ts';
import type { PresentedEntry } from '../content/presenter.ts';
import type { UserSaved } from '../identity/identity-hooks.ts';
import { plainTextOf } from '../theme/helper-values.ts';
import type { View } from '../theme/view.ts';
import { foundEntry } from './content-calls.ts';
import { entryGuard } from './entry-guard.ts';
import { isPlainData, pickFields } from './fields.ts';
import type { Granted } from './granted.ts';
import { headTags } from './head-tags.ts';
import { readWidget } from './panel-blocks.ts';

/** What stands between a hook and a contained plugin: what it sees, and what becomes of its answer. */
export interface HookAdapter {
  kind: 'collect' | 'filter' | 'first' | 'action';
  /** Whether the input is made at each firing, also where the same object is fired with again. */
  isFresh?: boolean;
  /** What the plugin gets, by the fields that it declares; undefined where it is not asked at all. */
  input(args: readonly unknown[], granted: Granted, fields: readonly string[]): unknown;
  /** Brings the answer into a form that still fits when others have changed the value since the plugin saw it. */
  keyed?(answer: unknown, args: readonly unknown[]): unknown;
  /** What the listener returns, made of an answer that may be anything. `fields` are those that it declares. */
  output?(
    answer: unknown,
    args: readonly unknown[],
    plugin: { name: string; title: string },
    fields?: readonly string[],
  ): unknown;
  /** Takes the cache tags of what is being made. */
  tag?(args: readonly unknown[]): ((...tags: string[]) => void) | undefined;
}

function pictureOf({ featured }: PresentedEntry): Record<string, unknown> | null {
  if (!featured) return null;
  const { src, alt, width, height } = featured;
  return { src, alt, width, height };
}

/** An entry on a page, as plain text and numbers. */
function presented(entry: PresentedEntry): Record<string, unknown> {
  const { id, type, status, url, title, kicker, format, sticky, wordCount, minutes } = entry;
  return {
    ...{ id, type, status, url, title, kicker, format, sticky, wordCount, minutes },
    slug: entry.source.slug,
    excerpt: plainTextOf(entry.excerpt),
    published: entry.published.iso,
    modified: entry.modified.iso,
    author: { name: entry.author.name, url: entry.author.url },
    terms: entry.terms,
    image: pictureOf(entry),
    fields: entry.protected ? {} : entry.fields,
  };
}

const mayRead = (granted: Granted, entry: { type: string; status: string }): boolean =>
  granted.readable(entry.type).includes(entry.status);

function viewInput({ view, template }: { view: View; template: string }, granted: Granted): Record<string, unknown> {
  const { title, description, canonical, kind, number, robots } = view.page;
  const { site, entry } = view;
  return {
    template,
    page: { title, description, canonical, kind, number, robots },
    site: { title: site.title, tagline: site.tagline, url: site.url, language: site.language },
    ...(entry && mayRead(granted, entry) ? { entry: presented(entry) } : {}),
  };
}

/** Of what is there already only these may be said otherwise, by a value of the same kind. */
const REPLACEABLE = new Set(['minutes', 'kicker']);
const ADDED = /^[a-z][A-Za-z0-9]{0,40}$/;

function enriched(entry: PresentedEntry, addition: unknown): PresentedEntry {
  if (typeof addition !== 'object' || addition === null || Array.isArray(addition)) return entry;
  const added = Object.entries(addition).filter(([name, value]) => {
    if (!ADDED.test(name) || !isPlainData(value)) return false;
    if (!(name in entry)) return true;
    return REPLACEABLE.has(name) && typeof value === typeof Reflect.get(entry, name);
  });
  return { ...entry, ...Object.fromEntries(added) };
}

const KINDS: readonly NoticeKind[] = ['success', 'info', 'warning', 'danger'];

function readNotice(item: unknown, title: string): Notice[] {
  const { kind, text, link } = (item ?? {}) as {
    kind?: NoticeKind;
    text?: unknown;
    link?: { label?: unknown; url?: unknown };
  };
  if (typeof text !== 'string') return [];
  // Who speaks stands in front, so that no plugin can speak as the site.
  const notice: Notice = {
    kind: kind && KINDS.includes(kind) ? kind : 'info',
    from: title,
    text: text.slice(0, 500),
  };
  const url = typeof link?.url === 'string' && /^\/(?![/\\])/.test(link.url) ? link.url : undefined;
  return [
    url && typeof link?.label === 'string' ? { ...notice, link: { label: link.label.slice(0, 100), url } } : notice,
  ];
}

const listOf = (answer: unknown, max: number): unknown[] =>
  Array.isArray(answer) ? answer.slice(0, max) : answer === null || answer === undefined ? [] : [answer];

const seesAdmin = (input: unknown, capability: string): boolean =>
  (input as { viewer: { can(name: string): boolean } }).viewer.can(capability);

const entryEvent = (args: readonly unknown[], granted: Granted, fields: readonly string[]): unknown => {
  const { entry, previous, isImport } = args[0] as { entry: Entry; previous?: Entry; isImport?: boolean };
  // Thousands at once are no news for anybody.
  if (isImport) return undefined;
  const from = previous?.status ?? null;
  if (mayRead(granted, entry)) return pickFields({ entry: foundEntry(entry, true), from }, fields);
  // What it may not read any more it is told to be gone, and nothing else.
  const { id, type, status } = entry;
  return previous && mayRead(granted, previous) ? pickFields({ entry: { id, type, status }, from }, fields) : undefined;
};

/** Public things only: who changed his mail address or password is nobody's business. */
const PUBLIC_OF_USER = ['name', 'slug'];
const userEvent = (args: readonly unknown[], granted: Granted, fields: readonly string[]): unknown => {
  const { user, previous, changed } = args[0] as UserSaved;
  const isNew = previous === null;
  if (!granted.has('users:read') || !(isNew || PUBLIC_OF_USER.some((name) => changed.includes(name)))) return undefined;
  const { id, name, slug } = user;
  return pickFields({ user: { id, name, slug }, isNew }, fields);
};
const termEvent = (args: readonly unknown[], granted: Granted, fields: readonly string[]): unknown => {
  const { term } = args[0] as { term: Record<string, unknown> };
  const { id, name, slug, taxonomy } = term;
  return granted.has('terms:read') ? pickFields({ term: { id, name, slug, taxonomy } }, fields) : undefined;
};

/** The hooks that contained plugins can handle. What is not here they are not asked. */
export const HOOK_ADAPTERS: ReadonlyMap<string, HookAdapter> = new Map<string, HookAdapter>([
  [
    'view:head',
    {
      kind: 'collect',
      input: ([input], granted, fields) =>
        pickFields(viewInput(input as Parameters<typeof viewInput>[0], granted), fields),
      output: (answer) => headTags(answer),
      tag: ([input]) => (input as { tag: (...tags: string[]) => void }).tag,
    },
  ],
  [
    'entries:presenting',
    {
      kind: 'filter',
      input: ([entries], granted, fields) =>
        (entries as PresentedEntry[]).map((entry) =>
          mayRead(granted, entry) ? pickFields(presented(entry), fields) : null,
        ),
      keyed: (answer, [entries]) =>
        new Map(Array.isArray(answer) ? (entries as PresentedEntry[]).map(({ id }, index) => [id, answer[index]]) : []),
      output: (answer, [entries]) =>
        (entries as PresentedEntry[]).map((entry) => enriched(entry, (answer as Map<number, unknown>).get(entry.id))),
      tag: ([, context]) => (context as { tag?: (...tags: string[]) => void } | undefined)?.tag,
    },
  ],
  [
    'admin:dashboard',
    {
      kind: 'collect',
      input: ([input]) => (seesAdmin(input, 'edit_posts') ? {} : undefined),
      output: (answer, _args, plugin) =>
        listOf(answer, 3).flatMap((item, index): DashboardWidget[] =>
          readWidget(item, `${plugin.name}-${index}`, plugin.title),
        ),
    },
  ],
  [
    'admin:notices',
    {
      kind: 'collect',
      input: ([input]) => (seesAdmin(input, 'manage_options') ? {} : undefined),
      output: (answer, _args, plugin) => listOf(answer, 3).flatMap((item) => readNotice(item, plugin.title)),
    },
  ],
  ['entry:saving', entryGuard],
  ['entry:saved', { kind: 'action', input: entryEvent }],
  ['entry:removed', { kind: 'action', input: entryEvent }],
  ['user:saved', { kind: 'action', input: userEvent }],
  ['term:saved', { kind: 'action', input: termEvent }],
  ['term:removed', { kind: 'action', input: termEvent }],
]);
