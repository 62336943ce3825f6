import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { ALLOWED_HELPERS } from './template-rules.ts';

const MAX_NODES = 500;
const MAX_LOOPS = 3;
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

function inputOf(site: Site, plugin: PluginInfo, block: BlockInstance, fields: readonly string[]): unknown {
  const { entry } = block.scope;
  const granted = site.contained.calls.grantedTo(plugin.name);
  const isSeen = entry !== undefined && granted.readable(entry.type).includes(entry.status);
  return { attributes: block.attrs, entry: isSeen ? pickFields(foundEntry(entry), fields) : null };
}

/** The filled templates of all blocks of one kind on a page, sanitised; nothing where the plugin does not answer. */
async function fill(
  site: Site,
  plugin: PluginInfo,
  {
    name,
    declared,
    blocks,
    context,
  }: { name: string; declared: DeclaredBlock; blocks: readonly BlockInstance[]; context: BlockContext },
): Promise<Map<BlockInstance, SafeHtml>> {
  context.tag(...site.contained.tagsOf(plugin, declared.cache));
  if (site.contained.hosts.isOut(plugin.name) || isRendering(site)) return new Map();
  const input = { blocks: blocks.map((block) => inputOf(site, plugin, block, declared.entry ?? [])) };
  const options = { template: name, cache: declared.cache, isHook: true };
  const answer = await site.contained.askOrLeave(plugin, `blocks.${name}`, JSON.stringify(input), options);
  const texts: unknown[] = Array.isArray(answer) ? answer : [];
  return new Map(blocks.map((block, index) => [block, new SafeHtml(sanitizeHtmlFragment(String(texts[index] ?? '')))]));
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
      load: (found, context) => fill(site, plugin, { name, declared, blocks: found, context }),
      render: (block, data) => data.get(block) ?? '',
    };
    site.blocks.define(`${plugin.name}/${name}`, definition);
  }
}
