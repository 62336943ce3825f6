import { join } from 'node:path';
import { chartView } from '../admin/chart-view.ts';
import type { Notice } from '../admin/notices.ts';
import type { ScreenContext } from '../admin/screen-context.ts';
import type { Reply } from '../http/reply.ts';
import type { DeclaredPanel } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { FRAME_PREFIX, frameUrl } from './own-frames.ts';
import { type PanelBlock, partsOf, readBlocks } from './panel-blocks.ts';
import { isItem, panelLinks, panelPath } from './panel-links.ts';

const VIEWS = join(import.meta.dirname, 'views');
const VALUE_MAX = 10_000;

/** The template of all panels. */
export function addPanelViews(site: Site): void {
  site.admin.views.ownedBy('contained').folder(VIEWS);
}

/** What was posted, one text for each name. */
function valuesOf(page: ScreenContext): Record<string, string> {
  const given = [...page.values].filter(([name]) => /^[a-z][A-Za-z0-9_-]{0,40}$/.test(name));
  return Object.fromEntries(given.map(([name, values]) => [name, (values.at(-1) ?? '').slice(0, VALUE_MAX)]));
}

/** What a panel is told. */
function inputOf(page: ScreenContext, { can = [] }: DeclaredPanel): Record<string, unknown> {
  const isSent = page.context.method === 'POST';
  const { user, viewer, params, language } = page;
  return {
    action: isSent ? page.value('_action').slice(0, 50) : null,
    values: isSent ? valuesOf(page) : {},
    query: page.query,
    item: params['item'] ?? null,
    viewer: { id: user.id, name: user.name, can: Object.fromEntries(can.map((name) => [name, viewer.can(name)])) },
    language,
  };
}

/** A button that asks first: the question, and nothing has happened yet. */
function askFirst(page: ScreenContext, title: string): Promise<Reply> {
  const values = Object.entries({ _action: page.value('_action'), ...valuesOf(page) });
  return page.view('act', {
    title,
    question: page.value('_ask'),
    submit: page.value('_label'),
    hidden: values.map(([name, value]) => ({ name, value })),
    cancel: page.context.url,
    isDanger: true,
  });
}

interface Answer {
  blocks?: unknown;
  /** Another panel, item or query: where what was done leads. */
  to?: unknown;
  notice?: unknown;
}

async function show(page: ScreenContext, plugin: PluginInfo, name: string): Promise<Reply> {
  const declared = plugin.contained?.panels[name] ?? { title: name };
  const title = page.t(declared.title);
  const { item } = page.params;
  if (item !== undefined && !isItem(item))
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'The plugin has no such page.');
  if (page.value('_ask') !== '' && page.value('_sure') === '') return askFirst(page, title);
  const link = panelLinks(plugin, name);
  let blocks: PanelBlock[];
  try {
    const input = JSON.stringify(inputOf(page, declared));
    const answer = (await page.site.contained.ask(plugin, `panels.${name}`, input)) as Answer | null;
    const next = page.context.method === 'POST' ? link(answer?.to) : '';
    if (next) return page.redirect(next, said(answer?.notice, plugin.title));
    blocks = readBlocks(answer?.blocks, 'panel', { link });
  } catch (error) {
    page.site.contained.fail(plugin, `panels.${name}`, error);
    const text = page.t('The plugin "{plugin}" does not answer. The rest of the site goes on without it.', {
      plugin: plugin.title,
    });
    blocks = [{ kind: 'notice', isNotice: true, text, tone: 'warning' }];
  }
  const charts = partsOf(blocks, 'chart');
  for (const block of charts) {
    const { id, title: caption, chart } = block as unknown as Parameters<typeof chartView>[0];
    block['chart'] = chartView({ id, title: caption, chart }, page);
  }
  const frames = readyFrames(page, plugin, blocks);
  const reply = await page.view('contained/panel', {
    title,
    blocks,
    charts: charts.map(({ id, chart }) => ({ id, ...(chart as object), rows: undefined })),
    frames: frames.map(({ id, data }) => ({ id, data })),
  });
  if (frames.length === 0) return reply;
  // No other document than these may stand there: a frame that leads itself elsewhere tells nobody what it was told.
  const own = `${page.context.origin}${FRAME_PREFIX}/${plugin.name}/`;
  return reply.header('content-security-policy', `${page.site.csp.header('admin')}; frame-src ${own}`);
}

/** What a plugin says where it leads to, with its name in front. */
function said(text: unknown, from: string): Notice | undefined {
  return typeof text === 'string' && text !== '' ? { kind: 'success', from, text: text.slice(0, 300) } : undefined;
}

/** The frames of a panel, each with its address; one that the manifest does not declare is left out. */
function readyFrames(page: ScreenContext, plugin: PluginInfo, blocks: readonly PanelBlock[]): PanelBlock[] {
  return partsOf(blocks, 'frame').filter((block) => {
    const name = String(block['name']);
    block['isFrame'] = Object.hasOwn(plugin.contained?.frames ?? {}, name);
    block['src'] = frameUrl(plugin.name, name);
    if (!block['isFrame']) page.site.plugins.fault(plugin.name, 'panel', `The manifest declares no frame "${name}".`);
    return block['isFrame'];
  });
}

/** Defines the screens of a plugin's manifest, below `/admin/plugin/<plugin>`. The site is bound to it. */
export function addPanels(site: Site, plugin: PluginInfo, panels: Record<string, DeclaredPanel>): void {
  for (const [name, { title, icon = 'puzzle', capability = 'manage_options', query, items }] of Object.entries(
    panels,
  )) {
    const run = (page: ScreenContext): Promise<Reply> => show(page, plugin, name);
    const path = panelPath(plugin.name, name);
    const screen = { title, capability, query: query ?? [], get: run, post: run };
    site.admin.screen({ ...screen, path, menu: { group: 'system', icon, order: 60 } });
    if (items) site.admin.screen({ ...screen, path: `${path}/:item` });
  }
}
