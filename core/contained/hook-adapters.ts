import type { Notice, NoticeKind } from '../admin/notices.ts';
import type { DashboardWidget } from '../admin/widgets.ts';
import type { Entry } from '../content/entry.ts';
import type { PresentedEntry } from '../content/presenter.ts';
import { plainTextOf } from '../theme/helper-values.ts';
import type { View } from '../theme/view.ts';
import { foundEntry } from './content-calls.ts';
import { isPlainData, pickFields } from './fields.ts';
import type { Granted } from './granted.ts';
import { headTags } from './head-tags.ts';
import { readWidget } from './panel-blocks.ts';

/** What stands between a hook and a contained plugin: what it sees, and what becomes of its answer. */
export interface HookAdapter {
  kind: 'collect' | 'filter' | 'action';
  /** What the plugin gets, by the fields that it declares; undefined where it is not asked at all. */
  input(args: readonly unknown[], granted: Granted, fields: readonly string[]): unknown;
  /** Brings the answer into a form that still fits when others have changed the value since the plugin saw it. */
  keyed?(answer: unknown, args: readonly unknown[]): unknown;
  /** What the listener returns, made of an answer that may be anything. */
  output?(answer: unknown, args: readonly unknown[], plugin: { name: string; title: string }): unknown;
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
  const { entry, isImport } = args[0] as { entry: Entry; isImport?: boolean };
  // Thousands at once are no news for anybody.
  if (isImport) return undefined;
  return mayRead(granted, entry) ? pickFields({ entry: foundEntry(entry, true) }, fields) : undefined;
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
  ['entry:saved', { kind: 'action', input: entryEvent }],
  ['entry:removed', { kind: 'action', input: entryEvent }],
  ['term:saved', { kind: 'action', input: termEvent }],
  ['term:removed', { kind: 'action', input: termEvent }],
]);
