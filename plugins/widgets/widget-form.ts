import { createHash } from 'node:crypto';
import { GalleyError, readFields, type ScreenContext, type Site, sanitizeContent, type Viewer } from 'galley';
import { fieldsOf, isKind, readWidget, type WidgetKinds, writeWidget } from './kinds.ts';
import { INACTIVE, type WidgetAreas } from './widgets.ts';

/** A widget as it was typed. */
export interface TypedWidget {
  /** What the form calls it. */
  key: string;
  area: string;
  order: number;
  kind: string;
  values: Record<string, unknown>;
  markup: string;
}

/** An area of the theme, or one for what stands nowhere. */
export interface Area {
  name: string;
  title: string;
  /** Whether the theme has it. */
  isShown: boolean;
}

/** What the widgets look like to whoever loaded them. */
export function stateOf(areas: WidgetAreas): string {
  return createHash('sha256').update(JSON.stringify(areas)).digest('hex').slice(0, 24);
}

/** The areas of the theme, then those that only other themes have, then the one for what is set aside. */
export async function areasOf(site: Site, stored: WidgetAreas): Promise<Area[]> {
  const { theme } = await site.themes.active();
  const own = Object.entries(theme.manifest.widgets).map(([name, title]) => ({ name, title, isShown: true }));
  const others = Object.keys(stored)
    .filter((name) => name !== INACTIVE && !own.some((area) => area.name === name) && stored[name]?.length)
    .map((name) => ({ name, title: name, isShown: false }));
  return [...own, ...others, { name: INACTIVE, title: 'Set aside', isShown: false }];
}

/** The widgets as they are stored. */
export function typedFrom(site: Site, kinds: WidgetKinds, stored: WidgetAreas): TypedWidget[] {
  let count = 0;
  return Object.entries(stored).flatMap(([area, list]) =>
    list.map((markup, index) => {
      const { kind, values } = readWidget(kinds, markup, (text) => site.blocks.parse(text));
      count += 1;
      return { key: String(count), area, order: index + 1, kind, values, markup };
    }),
  );
}

const MAX = 200;

/** The form of all widgets, as it was typed. */
export interface TypedForm {
  widgets: TypedWidget[];
  /** The kinds that are gone since it was loaded, such as those of a plugin that is off by now; what they hold stays as it was. */
  goneKinds: string[];
  /** Whether somebody else has changed the widgets since it was loaded. */
  isStale?: boolean;
}

/** Reads the form of all widgets; those that are to be removed are left out. */
export function readWidgets({ values: form, site }: ScreenContext, kinds: WidgetKinds): TypedForm {
  const value = (name: string): string => form.get(name)?.at(-1) ?? '';
  const keys = (form.get('widgets') ?? []).slice(0, MAX).filter((key) => /^[a-z0-9]{1,20}$/.test(key));
  const kept = keys.filter((key) => value(`w.${key}.remove`) !== '1');
  const readOne = (key: string): TypedWidget => {
    const [kind, before] = [value(`w.${key}.kind`), value(`w.${key}.markup`)];
    const place = { key, area: value(`w.${key}.area`), order: Number(value(`w.${key}.order`)) || 0 };
    // What nobody edited keeps its bytes.
    const was = before === '' ? undefined : readWidget(kinds, before, (text) => site.blocks.parse(text));
    if (!isKind(kinds, kind)) return { ...place, ...(was ?? { kind: 'blocks', values: {} }), markup: before };
    const fields = fieldsOf(kinds, kind);
    const { values } = readFields(fields, form, { prefix: `w.${key}.f`, zone: 'UTC' });
    const isSame = was?.kind === kind && isAlike(values, was.values, Object.keys(fields));
    const markup = isSame ? before : writeWidget(kinds, { kind, values }, (blocks) => site.blocks.serialize(blocks));
    return { ...place, kind, values, markup };
  };
  return {
    widgets: kept.map(readOne).sort((a, b) => a.order - b.order),
    goneKinds: [...new Set(kept.map((key) => value(`w.${key}.kind`)).filter((kind) => !isKind(kinds, kind)))],
  };
}

function isAlike(a: Record<string, unknown>, b: Record<string, unknown>, names: readonly string[]): boolean {
  const text = (value: unknown): string =>
    value === null || value === undefined || value === false ? '' : String(value).replace(/\r\n?/g, '\n');
  return names.every((name) => text(a[name]) === text(b[name]));
}

/** What is stored for these widgets. Areas that the form did not show stay as they are. */
export function writeAreas(
  widgets: readonly TypedWidget[],
  areas: readonly Area[],
  viewer: Viewer,
  stored: WidgetAreas,
): WidgetAreas {
  const known = new Set(areas.map(({ name }) => name));
  const unfiltered = viewer.can('unfiltered_html');
  const listOf = (area: string): string[] =>
    widgets
      .filter((widget) => (known.has(widget.area) ? widget.area : INACTIVE) === area)
      .map(({ markup }) => sanitizeContent(markup, { unfiltered }).content)
      .filter((markup) => markup.trim() !== '');
  return { ...stored, ...Object.fromEntries(areas.map(({ name }) => [name, listOf(name)])) };
}

/**
 * Stores all widgets at once.
 * @returns what was there before
 * @throws GALLEY_ENTRY_CONFLICT when somebody else has changed them since `state`
 * @throws GALLEY_PERMISSION_DENIED
 */
export async function storeWidgets(
  site: Site,
  { change, state }: { change(stored: WidgetAreas): WidgetAreas; state: string },
  viewer: Viewer,
): Promise<WidgetAreas> {
  if (!viewer.can('edit_theme_options'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change widgets.');
  let before: WidgetAreas = {};
  const after = await site.options.update<WidgetAreas>('widgets', (stored) => {
    if (stateOf(stored) !== state)
      throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else has changed the widgets meanwhile.');
    before = stored;
    return change(stored);
  });
  await site.histories.record('widgets', 'all', after, { before, viewer });
  return before;
}
