import { join } from 'node:path';
import { chartView } from '../admin/chart-view.ts';
import type { ScreenContext } from '../admin/screen-context.ts';
import type { Reply } from '../http/reply.ts';
import type { DeclaredPanel } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { FRAME_PREFIX, frameUrl } from './own-frames.ts';
import { type PanelBlock, partsOf, readBlocks } from './panel-blocks.ts';

const VIEWS = join(import.meta.dirname, 'views');
const VALUE_MAX = 10_000;
const RESERVED = new Set(['_token', '_action']);

/** The template of all panels. */
export function addPanelViews(site: Site): void {
  site.admin.views.ownedBy('contained').folder(VIEWS);
}

/** What was posted, one text for each name. */
function valuesOf(page: ScreenContext): Record<string, string> {
  const given = [...page.values].filter(([name]) => !RESERVED.has(name) && /^[a-z][A-Za-z0-9_-]{0,40}$/.test(name));
  return Object.fromEntries(given.map(([name, values]) => [name, (values.at(-1) ?? '').slice(0, VALUE_MAX)]));
}

async function show(page: ScreenContext, plugin: PluginInfo, name: string): Promise<Reply> {
  const isSent = page.context.method === 'POST';
  const input = isSent
    ? { action: page.value('_action').slice(0, 50), values: valuesOf(page) }
    : { action: null, values: {} };
  const title = page.t(plugin.contained?.panels[name]?.title ?? name);
  let blocks: PanelBlock[];
  try {
    const answer = (await page.site.contained.ask(plugin, `panels.${name}`, JSON.stringify(input))) as {
      blocks?: unknown;
    } | null;
    blocks = readBlocks(answer?.blocks);
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
  for (const [name, { title, icon = 'puzzle', capability = 'manage_options' }] of Object.entries(panels)) {
    const run = (page: ScreenContext): Promise<Reply> => show(page, plugin, name);
    site.admin.screen({
      path: `/plugin/${plugin.name}/${name}`,
      title,
      capability,
      menu: { group: 'system', icon, order: 60 },
      get: run,
      post: run,
    });
  }
}
