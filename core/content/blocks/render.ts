import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { messageOf } from '../../lib/errors.ts';
import { autop } from './autop.ts';
import { type Block, makeBlock } from './block.ts';
import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  type BlockScope,
  type RenderContext,
  readAttributes,
} from './definition.ts';
import { withRenderedSupports } from './layout.ts';
import { hasBlocks, parseBlocks } from './parse.ts';
import { splitShortcodes } from './shortcodes.ts';

/** What the renderer needs of the registries. */
export interface BlockSource {
  block(name: string): BlockDefinition | undefined;
  shortcode(name: string): BlockDefinition | undefined;
  failed(name: string, step: string, error: unknown): void;
}

/** A body to render. */
export interface RenderItem {
  text: string;
  scope: BlockScope;
}

type Piece = string | Planned;

interface Planned {
  instance: { -readonly [K in keyof BlockInstance]: BlockInstance[K] };
  definition: BlockDefinition | undefined;
  pieces: Piece[];
  expansions: Piece[][] | undefined;
  data: unknown;
  hasFailed: boolean;
}

interface ShortcodeOptions {
  scope: BlockScope;
  depth: number;
  isMeant: (definition: BlockDefinition) => boolean;
}

/** Loops in loops multiply: beyond so many blocks a page is left as it is. */
const MAX_INSTANCES = 5000;
/** How deep loops, synced patterns and the like may stand in each other. */
const MAX_ROUNDS = 12;
const MAX_SHORTCODE_DEPTH = 5;
/** The same texts are rendered again and again. */
const TREES = new LRUCache<string, readonly Block[]>({
  maxSize: 4_000_000,
  sizeCalculation: (_tree, text) => text.length + 1,
});

/**
 * Renders bodies in rounds: first every block that is there is planned and the data of each kind loaded at once; then
 * blocks that repeat their inner blocks (loops) plan those, and so on. At the end everything is printed in one go.
 * The number of loads depends on how many kinds of block there are, never on how many blocks.
 */
export class Rendering {
  readonly #source: BlockSource;
  readonly #context: BlockContext;
  #waiting: Planned[] = [];
  #instances = 0;
  /** What is rendered. */
  #texts: readonly string[] = [];
  /** A short name of it, so that ids of bodies that meet on a page differ; made for the first of them. */
  #key: string | undefined;
  #ids = 0;

  constructor(source: BlockSource, { entry: _, ...context }: RenderContext) {
    const shared = new Map<string, Promise<unknown>>();
    this.#source = source;
    this.#context = {
      ...context,
      tag: (...tags) => context.tag(...tags),
      t: (text) => context.translate?.(text) ?? text,
      unique: (prefix) => {
        this.#key ??= hashOf(this.#texts.join('\0'));
        return `${prefix}-${this.#key}-${++this.#ids}`;
      },
      once: <T>(key: string, load: () => Promise<T>): Promise<T> => {
        const present = shared.get(key) as Promise<T> | undefined;
        if (present) return present;
        const loading = load();
        shared.set(key, loading);
        return loading;
      },
    };
  }

  /** The HTML of each body. */
  async render(items: readonly RenderItem[]): Promise<string[]> {
    this.#texts = items.map(({ text }) => text);
    const plans = items.map(({ text, scope }) => this.#planText(text, scope));
    for (let round = 0; round < MAX_ROUNDS && this.#waiting.length > 0; round++) await this.#runRound();
    return plans.map((pieces) => this.#print(pieces));
  }

  #planText(text: string, scope: BlockScope): Piece[] {
    if (!hasBlocks(text)) return this.#planHtml(text, scope, { content: 'classic' });
    return treeOf(text).flatMap((block) => this.#planBlock(block, scope));
  }

  #planBlock(block: Block, scope: BlockScope): Piece[] {
    if (block.blockName === null) return this.#planHtml(block.innerHTML, scope, {});
    return this.#plan(block.blockName, block, scope, this.#source.block(block.blockName));
  }

  #plan(name: string, block: Block, scope: BlockScope, definition: BlockDefinition | undefined): Piece[] {
    if (++this.#instances > MAX_INSTANCES) return [];
    const attrs = readAttributes(block.attrs, definition?.attributes);
    const instance = { name, block, attrs, scope, inner: '', items: [] };
    const planned: Planned = {
      instance,
      definition,
      pieces: [],
      expansions: undefined,
      data: undefined,
      hasFailed: false,
    };
    if (definition?.expand) planned.expansions = [];
    else planned.pieces = this.#planContent(block, scope, definition);
    if (definition?.load || definition?.expand) this.#waiting.push(planned);
    return [planned];
  }

  #planContent(block: Block, scope: BlockScope, definition: BlockDefinition | undefined): Piece[] {
    let next = 0;
    return block.innerContent.flatMap((piece) => {
      if (piece !== null) return this.#planHtml(piece, scope, { content: definition?.content });
      const inner = block.innerBlocks[next++];
      return inner ? this.#planBlock(inner, scope) : [];
    });
  }

  #planHtml(
    html: string,
    scope: BlockScope,
    options: { content?: BlockDefinition['content']; depth?: number },
  ): Piece[] {
    const { content = 'html', depth = 0 } = options;
    if (content === 'classic') return this.#planClassic(html, scope);
    if (content === 'verbatim' || depth >= MAX_SHORTCODE_DEPTH || !html.includes('[')) return [html];
    return this.#planShortcodes(html, { scope, depth, isMeant: () => true });
  }

  /** Paragraphs are made around shortcodes that print a block of their own, not of them. */
  #planClassic(text: string, scope: BlockScope): Piece[] {
    const pieces = this.#planShortcodes(text, { scope, depth: 0, isMeant: (definition) => !definition.isInline });
    const mark = `galley${randomBytes(9).toString('hex')}`;
    const marked = pieces.map((piece, index) => (typeof piece === 'string' ? piece : `<hr ${mark}-${index}>`)).join('');
    return autop(marked)
      .split(new RegExp(`<hr ${mark}-(\\d+)>`))
      .flatMap((part, index): Piece[] => {
        const planned = index % 2 === 1 ? pieces[Number(part)] : undefined;
        return planned === undefined ? this.#planHtml(part, scope, {}) : [planned];
      });
  }

  #planShortcodes(html: string, options: ShortcodeOptions): Piece[] {
    const { scope, depth, isMeant } = options;
    const isKnown = (name: string): boolean => {
      const definition = this.#source.shortcode(name);
      return definition !== undefined && isMeant(definition);
    };
    return splitShortcodes(html, isKnown).flatMap((part): Piece[] => {
      if (typeof part === 'string') return [part];
      const name = `shortcode/${part.name}`;
      const block = { ...makeBlock({ blockName: name, attrs: { ...part.attrs } }), innerHTML: part.content };
      const [planned] = this.#plan(name, block, scope, this.#source.shortcode(part.name));
      if (typeof planned !== 'object') return [];
      planned.pieces = this.#planHtml(part.content, scope, { depth: depth + 1 });
      return [planned];
    });
  }

  async #runRound(): Promise<void> {
    const round = this.#waiting;
    this.#waiting = [];
    const groups = Map.groupBy(round, ({ instance }) => instance.name);
    await Promise.all([...groups].map(([name, group]) => this.#load(name, group)));
    for (const planned of round) if (!planned.hasFailed) this.#expand(planned);
  }

  async #load(name: string, group: readonly Planned[]): Promise<void> {
    const definition = group[0]?.definition;
    if (!definition?.load) return;
    try {
      const data = await definition.load(
        group.map(({ instance }) => instance),
        this.#context,
      );
      for (const planned of group) planned.data = data;
    } catch (error) {
      for (const planned of group) planned.hasFailed = true;
      this.#source.failed(name, 'load', error);
    }
  }

  #expand(planned: Planned): void {
    const { instance, definition, data } = planned;
    if (!definition?.expand) return;
    try {
      planned.expansions = definition.expand(instance, data, this.#context).map(({ scope, blocks }) => {
        const inner = { ...instance.scope, ...scope };
        if (blocks) return blocks.flatMap((block) => this.#planBlock(block, inner));
        return this.#planContent(instance.block, inner, definition);
      });
    } catch (error) {
      planned.hasFailed = true;
      this.#source.failed(instance.name, 'expand', error);
    }
  }

  #print(pieces: readonly Piece[]): string {
    return pieces.map((piece) => (typeof piece === 'string' ? piece : this.#printBlock(piece))).join('');
  }

  #printBlock(planned: Planned): string {
    const { instance, definition, expansions } = planned;
    if (planned.hasFailed) return '';
    instance.items = expansions?.map((pieces) => this.#print(pieces)) ?? [];
    instance.inner = expansions ? instance.items.join('') : this.#print(planned.pieces);
    if (!definition) return instance.inner;
    if (!definition.render)
      return withRenderedSupports(instance.inner, instance.name, instance.attrs, definition.layout);
    try {
      return String(definition.render(instance, planned.data, this.#context));
    } catch (error) {
      this.#source.failed(instance.name, 'render', error);
      return '';
    }
  }
}

/** The tree of a text, which all renderings share: whoever changes a block makes a copy, for this one cannot be changed. */
function treeOf(text: string): readonly Block[] {
  const known = TREES.get(text);
  if (known) return known;
  const tree = parseBlocks(text);
  freeze(tree);
  TREES.set(text, tree);
  return tree;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}

/** Says in a log line what failed. */
export function describeFailure(name: string, step: string, owner: string, error: unknown): string {
  return `The block ${name} of ${owner} failed in ${step} and was left out: ${messageOf(error)}`;
}
