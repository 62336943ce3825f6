import type { Viewer } from '../../identity/viewer.ts';
import type { Site } from '../../kernel/site.ts';
import type { SafeHtml } from '../../lib/escape.ts';
import type { Entry } from '../entry.ts';
import type { FieldDefinition } from '../fields.ts';
import type { Block, BlockAttributes } from './block.ts';
import type { BlockLayout } from './layout.ts';

/** For whom and where a body is rendered. */
export interface RenderContext {
  readonly site: Site;
  readonly viewer: Viewer;
  /** Language tag, such as `de-AT`. */
  readonly language: string;
  /** The entry whose body it is. */
  readonly entry?: Entry;
  /** The entries that the page lists, for query blocks that show them. */
  readonly entries?: readonly Entry[];
  /** What the page provides to its blocks besides, such as `listTitle` and `termDescription`. */
  readonly scope?: BlockScope;
  /** Takes the cache tags of all that is shown. */
  tag(...tags: string[]): void;
  /** The query of the request, where the page's cache key includes it: blocks that page a list read it. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The path of the page, for blocks that link to it. */
  readonly path?: string;
  /** Translates a text of the interface. Default: by the catalogues of the site. */
  translate?(text: string): string;
}

/**
 * What blocks get: the context, and a place to share what was loaded. Bodies of many entries are rendered together, so
 * the entry that a block stands in is not here but in its scope.
 */
export interface BlockContext extends Omit<RenderContext, 'entry'> {
  /** Loads something once for all blocks of this rendering, whatever their names. */
  once<T>(key: string, load: () => Promise<T>): Promise<T>;
  /** An id for an element that no other on the page has: the same at each rendering of the same text. */
  unique(prefix: string): string;
  /** The text in the visitor's language. */
  t(text: string): string;
}

/**
 * What blocks around a block provide: the entry of a loop, the comment of a list. Each expansion adds to it.
 * Types of further members are told by whoever reads them.
 */
export interface BlockScope {
  readonly entry?: Entry;
  readonly [name: string]: unknown;
}

/** A block in its place: the same block occurs many times where a loop repeats it. */
export interface BlockInstance {
  readonly name: string;
  readonly block: Block;
  /** The attributes; those of a wrong type are replaced by the schema's default. */
  readonly attrs: BlockAttributes;
  /** What stands around it: `scope.entry` is the entry in whose text it is, none in a part of the theme. */
  readonly scope: BlockScope;
  /** In `render`: the block's own HTML with its inner blocks rendered. */
  readonly inner: string;
  /** In `render`: the inner blocks rendered, once for each expansion. */
  readonly items: readonly string[];
}

/** JSON schema of one attribute. */
export interface AttributeSchema {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
  default?: unknown;
  enum?: readonly (string | number | boolean)[];
}

/** One rendering of a block's inner blocks. */
export interface BlockExpansion {
  /** Added to the scope of the block. */
  scope?: BlockScope;
  /** Rendered instead of the inner blocks. */
  blocks?: readonly Block[];
}

/** What the block editor offers for a kind of block, without any code for the browser. */
export interface BlockEditor {
  /** Further words that find it in the menu of blocks. */
  keywords?: string;
  /** The controls of its attributes, by name: kinds `text`, `textarea`, `url`, `integer`, `number`, `boolean`, `select`. May depend on what there is. */
  fields?: Record<string, FieldDefinition> | ((site: Site) => Record<string, FieldDefinition>);
}

/**
 * A kind of block. Without `render` the saved HTML is shown, which is right for most blocks. A dynamic block gathers
 * its data in `load`, called once for all blocks of its name on the page, and prints them in `render`.
 *
 * @example
 * site.blocks.define('acme/hours', {
 *   title: 'Opening hours',
 *   load: (blocks, { site }) => site.options.get<string>('hours'),
 *   render: (block, hours: string) => `<p${wrapperAttributes(block.name, block.attrs)}>${escapeHtml(hours)}</p>`,
 * });
 */
export interface BlockDefinition<Data = unknown> {
  title: string;
  description?: string;
  category?: string;
  /** Name of a Bootstrap icon. */
  icon?: string;
  attributes?: Record<string, AttributeSchema>;
  /** Names of the blocks that it may stand in; anywhere by default. */
  parent?: readonly string[];
  layout?: BlockLayout;
  /**
   * What the block's own HTML is: `html` (shortcodes run), `classic` (paragraphs are made too) or `verbatim`.
   * Default `html`.
   */
  content?: 'html' | 'classic' | 'verbatim';
  /** Of a shortcode: it prints words within a line, so paragraphs are made around it. */
  isInline?: boolean;
  /**
   * How it is written, for those who look at what there is: markup, where `{picture}` is the address of a picture. One
   * that makes its HTML itself needs none.
   */
  example?: string;
  /** How writers handle it: a preview made by the server, and a form for its attributes. */
  editor?: BlockEditor;
  /** Loads the data of all blocks of this name at once. A failure is logged and the blocks are left out. */
  load?(blocks: readonly BlockInstance[], context: BlockContext): Promise<Data>;
  /** How often and with what the inner blocks are rendered; once, as they are, by default. */
  expand?(block: BlockInstance, data: Data, context: BlockContext): readonly BlockExpansion[];
  /** The HTML. All that is not HTML already must be escaped here. */
  render?(block: BlockInstance, data: Data, context: BlockContext): string | SafeHtml;
}

function fits(value: unknown, schema: AttributeSchema): boolean {
  if (value === undefined || value === null) return false;
  if (schema.enum) return schema.enum.includes(value as string);
  if (schema.type === 'array') return Array.isArray(value);
  if (schema.type === 'integer') return Number.isInteger(value);
  return typeof value === schema.type && !(schema.type === 'object' && Array.isArray(value));
}

/** The attributes as the schema promises them: a value of the wrong type gives way to the default. */
export function readAttributes(attrs: BlockAttributes, schemas: BlockDefinition['attributes'] = {}): BlockAttributes {
  const result: BlockAttributes = { ...attrs };
  for (const [name, schema] of Object.entries(schemas)) {
    if (!fits(result[name], schema)) result[name] = schema.default;
  }
  return result;
}
