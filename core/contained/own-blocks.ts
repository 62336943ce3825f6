import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { BlockContext, BlockDefinition, BlockInstance } from '../content/blocks/definition.ts';
import { sanitizeHtmlFragment } from '../content/blocks/sanitize.ts';
import type { DeclaredBlock } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import { checkTemplate } from '../theme/template-check.ts';
import { foundEntry, isRendering } from './content-calls.ts';
import { pickFields } from './fields.ts';
import type { Granted } from './granted.ts';
import { ALLOWED_HELPERS } from './template-rules.ts';

const MAX_NODES = 500;
const MAX_LOOPS = 3;
/** In characters. */
const MAX_CLEANED = 1_000_000;
const FILE = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)?\.hbs$/;

/** The checked templates of a plugin's blocks, ready for the plugin host. @throws GALLEY_PLUGIN_INVALID */
export async function readTemplates(site: Site, plugin: PluginInfo): Promise<Record<string, string>> {
  const helpers = new Map([...site.templates.helpers()].filter(([name]) => ALLOWED_HELPERS.has(name)));
  const templates: Record<string, string> = {};
  for (const [name, { template }] of Object.entries(plugin.contained?.blocks ?? {})) {
    const text = FILE.test(template) ? await readFile(join(plugin.directory, template), 'utf8') : template;
    const checked = checkTemplate(text, {
      file: FILE.test(template) ? template : `${name}.hbs`,
      helpers,
      partials: new Set(),
      assets: new Set(),
      maxNodes: MAX_NODES,
      maxLoops: MAX_LOOPS,
    });
    const errors = checked.problems.filter(({ level }) => level === 'error');
    if (errors.length > 0 || checked.layout !== undefined || checked.partials.length > 0) {
      const list = errors.map(({ file, line, message }) => `${file}, line ${line}: ${message}`).join(' ');
      throw new GalleyError('GALLEY_PLUGIN_INVALID', `A template of "${plugin.name}" cannot be used. ${list}`);
    }
    templates[name] = checked.source;
  }
  return templates;
}

/**
 * What sanitising made of HTML: the memo of a pure function. A page that is made anew mostly has the blocks that it had,
 * and to sanitise one costs more than all else that is done for it here.
 */
const cleaned = new LRUCache<string, SafeHtml>({
  maxSize: MAX_CLEANED,
  sizeCalculation: ({ value }, html) => html.length + value.length + 100,
});

function clean(html: string): SafeHtml {
  const known = cleaned.get(html);
  if (known) return known;
  const safe = new SafeHtml(sanitizeHtmlFragment(html));
  cleaned.set(html, safe);
  return safe;
}

function inputOf(granted: Granted, block: BlockInstance, fields: readonly string[]): unknown {
  const { entry } = block.scope;
  const isSeen = entry !== undefined && granted.readable(entry.type).includes(entry.status);
  return { attributes: block.attrs, entry: isSeen ? pickFields(foundEntry(entry), fields) : null };
}

/** Fills the templates of all blocks of one kind on a page, sanitised; nothing where the plugin does not answer. */
function filler(
  site: Site,
  plugin: PluginInfo,
  name: string,
  { cache, entry: fields = [] }: DeclaredBlock,
): (blocks: readonly BlockInstance[], context: BlockContext) => Promise<Map<BlockInstance, SafeHtml>> {
  const { contained } = site;
  const granted = contained.calls.grantedTo(plugin.name);
  const tags = contained.tagsOf(plugin, cache);
  const options = { template: name, cache, isHook: true };
  return async (blocks, context) => {
    context.tag(...tags);
    if (contained.hosts.isOut(plugin.name) || isRendering(site)) return new Map();
    const input = { blocks: blocks.map((block) => inputOf(granted, block, fields)) };
    const answer = await contained.askOrLeave(plugin, `blocks.${name}`, JSON.stringify(input), options);
    const texts: unknown[] = Array.isArray(answer) ? answer : [];
    return new Map(blocks.map((block, index) => [block, clean(String(texts[index] ?? ''))]));
  };
}

/** Defines the blocks of a plugin's manifest as `<plugin>/<name>`. The site is bound to it. */
export function addBlocks(site: Site, plugin: PluginInfo, blocks: Record<string, DeclaredBlock>): void {
  for (const [name, declared] of Object.entries(blocks)) {
    const { title, description, icon, attributes = {} } = declared;
    const definition: BlockDefinition<Map<BlockInstance, SafeHtml>> = {
      title,
      attributes,
      ...(description ? { description } : {}),
      ...(icon ? { icon } : {}),
      load: filler(site, plugin, name, declared),
      render: (block, data) => data.get(block) ?? '',
    };
    site.blocks.define(`${plugin.name}/${name}`, definition);
  }
}
