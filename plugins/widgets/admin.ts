import { join } from 'node:path';
import {
  historyLink,
  isGalleyError,
  makeControls,
  type Reply,
  type Screen,
  type ScreenContext,
  type Site,
} from 'galley';
import { fieldsOf, offeredKinds, type WidgetKinds, writeWidget } from './kinds.ts';
import {
  areasOf,
  readWidgets,
  stateOf,
  storeWidgets,
  type TypedForm,
  type TypedWidget,
  typedFrom,
  writeAreas,
} from './widget-form.ts';
import type { WidgetAreas } from './widgets.ts';

const UNDO = 'widgets:undo';

/** The screen of widgets: what stands in each area of the theme. */
export function addAdmin(site: Site, kinds: WidgetKinds): void {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('widgets', join(import.meta.dirname, 'assets'));
  const screen = (path: string, title: string, more: Partial<Screen>): void =>
    site.admin.screen({ path, title, capability: 'edit_theme_options', ...more });
  screen('/widgets', 'Widgets', {
    menu: { group: 'design', icon: 'columns-gap', searchWords: 'sidebar, footer' },
    help: 'Each area belongs to the theme. What you set aside keeps its settings and can be put back at any time.',
    get: (page) => showWidgets(page, kinds),
    post: (page) => saveWidgets(page, kinds),
  });
  screen('/widgets/undo', 'Take back the last change of widgets', { post: undoWidgets });
}

async function showWidgets(page: ScreenContext, kinds: WidgetKinds, typed?: TypedForm): Promise<Reply> {
  const { site } = page;
  const stored = await site.options.get<WidgetAreas>('widgets');
  const areas = await areasOf(site, stored);
  const widgets = typed?.widgets ?? typedFrom(site, kinds, stored);
  const offered = offeredKinds(site, kinds);
  const shown = await Promise.all(widgets.map((widget) => showOne(page, kinds, widget)));
  const known = new Set(areas.map(({ name }) => name));
  const data = {
    intro: page.t('Small parts that stand beside or below the content, on all pages.'),
    actions: historyLink(page, 'widgets', 'all'),
    state: stateOf(stored),
    isStale: typed?.isStale ?? false,
    goneKinds: typed?.goneKinds.map((kind) => `“${kind.slice(0, 60)}”`).join(', '),
    areas: areas.map((area) => ({
      ...area,
      title: page.t(area.title),
      isAside: area === areas.at(-1),
      widgets: shown.filter((item) => (known.has(item.area) ? item.area : areas.at(-1)?.name) === area.name),
    })),
    choices: areas.map(({ name, title }) => ({ value: name, label: page.t(title) })),
    kinds: offered.map((kind) => ({ ...kind, title: page.t(kind.title), description: page.t(kind.description) })),
    scripts: [await site.assets.url('widgets', 'widgets.js')],
    stylesheets: [await site.assets.url('widgets', 'widgets.css')],
  };
  return page.view('widgets/widgets', data, { status: typed ? 409 : 200 });
}

async function showOne(page: ScreenContext, kinds: WidgetKinds, widget: TypedWidget) {
  const { site, viewer } = page;
  const { key, kind, values } = widget;
  const definition = offeredKinds(site, kinds).find(({ name }) => name === kind);
  const state = { site, viewer, prefix: `w.${key}.f`, values, zone: 'UTC' };
  const heading = String(values['heading'] ?? '').trim();
  const title = page.t(definition?.title ?? kind);
  return {
    ...widget,
    title,
    icon: definition?.icon ?? 'square',
    note: heading || firstWords(widget),
    label: heading ? `${title}: ${heading}` : title,
    controls: await makeControls(fieldsOf(kinds, kind), state),
  };
}

const firstWords = ({ values }: TypedWidget): string =>
  String(values['text'] ?? values['markup'] ?? '')
    .replace(/<!--.*?-->|<[^>]*>/gs, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);

async function saveWidgets(page: ScreenContext, kinds: WidgetKinds): Promise<Reply> {
  const { site, viewer } = page;
  const state = page.value('state');
  const { widgets, goneKinds } = readWidgets(page, kinds);
  const added = addedWidget(page, kinds, widgets);
  const all = added ? [...widgets, added] : widgets;
  if (goneKinds.length > 0) {
    const isStale = stateOf(await site.options.get<WidgetAreas>('widgets')) !== state;
    return showWidgets(page, kinds, { widgets: all, goneKinds, isStale });
  }
  try {
    const areas = await areasOf(site, await site.options.get<WidgetAreas>('widgets'));
    const change = (stored: WidgetAreas): WidgetAreas => writeAreas(all, areas, viewer, stored);
    const before = await storeWidgets(site, { change, state }, viewer);
    const after = stateOf(await site.options.get<WidgetAreas>('widgets'));
    const canUndo = await page.savePreference(UNDO, { before, after }).then(
      () => true,
      () => false, // Too long to be kept: they are saved all the same.
    );
    const undo = { label: page.t('Undo'), action: '/admin/widgets/undo' };
    const text = page.t('Saved. Visitors see it now.');
    return page.redirect('/widgets', { kind: 'success', text, ...(canUndo ? { undo } : {}) });
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_ENTRY_CONFLICT')) throw error;
    return showWidgets(page, kinds, { widgets: all, goneKinds, isStale: true });
  }
}

/** What a button "Add" of an area adds, at its end. */
function addedWidget(
  { site, values }: ScreenContext,
  kinds: WidgetKinds,
  widgets: readonly TypedWidget[],
): TypedWidget | undefined {
  const area = values.get('add')?.at(-1);
  if (!area) return undefined;
  const kind = values.get(`kind.${area}`)?.at(-1) ?? '';
  if (!offeredKinds(site, kinds).some(({ name }) => name === kind)) return undefined;
  const first = kind === 'text' ? { text: 'Your text.' } : kind === 'blocks' ? { markup: '<p>Your text.</p>' } : {};
  const markup = writeWidget(kinds, { kind, values: first }, (blocks) => site.blocks.serialize(blocks));
  return { key: 'new', area, order: widgets.length + 1, kind, values: first, markup };
}

async function undoWidgets(page: ScreenContext): Promise<Reply> {
  const kept = (await page.preference(UNDO)) as { before: WidgetAreas; after: string } | null;
  if (!kept) return page.redirect('/widgets', { kind: 'warning', text: page.t('There is nothing to take back.') });
  try {
    await storeWidgets(page.site, { change: () => kept.before, state: kept.after }, page.viewer);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_ENTRY_CONFLICT')) throw error;
    const text = page.t('Not taken back: somebody else has changed the widgets since.');
    return page.redirect('/widgets', { kind: 'warning', text });
  }
  await page.savePreference(UNDO, null);
  return page.redirect('/widgets', { kind: 'success', text: page.t('The widgets are as they were before.') });
}
