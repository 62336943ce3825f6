import type { FilterHook } from '../../kernel/hook-types.ts';
import { attach, type Module } from '../../kernel/module.ts';
import { Registry } from '../../kernel/registry.ts';
import type { Site } from '../../kernel/site.ts';
import { SafeHtml } from '../../lib/escape.ts';
import { textsFor } from '../site-texts.ts';
import type { Block } from './block.ts';
import type { BlockDefinition, BlockScope, RenderContext } from './definition.ts';
import { type MoreParts, splitMore, splitPages } from './pages.ts';
import { parseBlocks } from './parse.ts';
import { type BlockSource, describeFailure, Rendering } from './render.ts';
import { type SanitizedContent, type SanitizeOptions, sanitizeContent } from './sanitize.ts';
import { serializeBlocks } from './serialize.ts';
import { excerptOf, textOf, wordCount } from './text.ts';

/** A body and the entry it belongs to, where there is one. */
export interface Body {
  text: string;
  entry?: RenderContext['entry'];
}

/** The shortcodes of the site: `[name]` in text. They are defined like blocks; `inner` is what stands between the tags. */
export class ShortcodeRegistry extends Registry<BlockDefinition> {
  constructor(...rest: ConstructorParameters<typeof Registry<BlockDefinition>> | []) {
    super(rest[0] ?? 'shortcode', rest[1], rest[2]);
  }

  override define<Data>(name: string, definition: BlockDefinition<Data>): () => void {
    return super.define(name.toLowerCase(), definition as BlockDefinition);
  }
}

/** The kinds of block of the site, and all that is done with bodies: parsing, cleaning, rendering. */
export class Blocks extends Registry<BlockDefinition> {
  shortcodes = new ShortcodeRegistry();
  #site: Site | undefined;

  constructor(...rest: ConstructorParameters<typeof Registry<BlockDefinition>> | []) {
    super(rest[0] ?? 'block', rest[1], rest[2]);
  }

  /** The blocks of `site`. */
  static of(site: Site): Blocks {
    const blocks = new Blocks();
    blocks.#site = site;
    return blocks;
  }

  override ownedBy(owner: string): this {
    const bound = super.ownedBy(owner);
    bound.#site = this.#site;
    bound.shortcodes = this.shortcodes.ownedBy(owner);
    return bound;
  }

  override removeOwner(owner: string): void {
    super.removeOwner(owner);
    this.shortcodes.removeOwner(owner);
  }

  /**
   * Registers a kind of block.
   * @param name with its namespace: `acme/map`
   * @throws GALLEY_REGISTRY_DUPLICATE
   */
  override define<Data>(name: string, definition: BlockDefinition<Data>): () => void {
    return super.define(name, definition as BlockDefinition);
  }

  /** Parses block markup. See `parseBlocks`. */
  parse(text: string): Block[] {
    return parseBlocks(text);
  }

  /** Writes blocks as markup. See `serializeBlocks`. */
  serialize(blocks: readonly Block[]): string {
    return serializeBlocks(blocks);
  }

  /** Cleans a body by what its author may do. See `sanitizeContent`. */
  sanitize(text: string, options: SanitizeOptions): SanitizedContent {
    return sanitizeContent(text, options);
  }

  /** The parts of a body with page breaks; one at least. */
  splitPages(content: string): string[] {
    return splitPages(content);
  }

  /** A body cut at `<!--more-->`. */
  splitMore(content: string): MoreParts {
    return splitMore(content);
  }

  /** The text of a body as readers see it. */
  textOf(content: string): string {
    return textOf(content);
  }

  /** How many words a body has. */
  wordCount(content: string): number {
    return wordCount(content);
  }

  /** The first words of a body as plain text. */
  excerptOf(content: string, words?: number): string {
    return excerptOf(content, words);
  }

  /** Renders one body. */
  async render(text: string, context: RenderContext): Promise<SafeHtml> {
    const [html] = await this.renderMany([{ text, entry: context.entry }], context);
    return html ?? new SafeHtml('');
  }

  /** Renders several bodies, such as those of a feed, with one load for each kind of block in all of them. */
  async renderMany(bodies: readonly Body[], context: RenderContext): Promise<SafeHtml[]> {
    const items = bodies.map(({ text, entry }) => ({ text, scope: { ...context.scope, ...scopeOf(entry) } }));
    const translate = context.translate ?? (await this.#translation(context));
    const spoken = { ...context, ...(translate ? { translate } : {}) };
    const html = await new Rendering(this.#source(), spoken).render(items);
    const filtered = await context.site.hooks.applyFilters('blocks:rendered', html, context);
    return filtered.map((text) => new SafeHtml(text));
  }

  /** How blocks say their texts in the language of the page. */
  async #translation({ site, language }: RenderContext): Promise<RenderContext['translate']> {
    const messages = await textsFor(site, language);
    return (text) => messages.translate(text);
  }

  #source(): BlockSource {
    return {
      block: (name) => this.get(name),
      shortcode: (name) => this.shortcodes.get(name),
      failed: (name, step, error) => this.#fail(name, step, error),
    };
  }

  #fail(name: string, step: string, error: unknown): void {
    const owner = this.ownerOf(name) ?? this.shortcodes.ownerOf(name.replace(/^shortcode\//, '')) ?? 'core';
    this.#site?.log.error({ err: error, block: name, owner }, describeFailure(name, step, owner, error));
    this.#site?.plugins.fault(owner, `block ${name}`, error);
  }
}

function scopeOf(entry: RenderContext['entry']): BlockScope {
  return entry ? { entry, seen: [entry.id] } : {};
}

/** `site.blocks`. */
export const blocksModule: Module = {
  name: 'blocks',
  start(site) {
    attach(site, 'blocks', Blocks.of(site));
  },
};

declare module '../../kernel/site.ts' {
  interface Site {
    /** The kinds of block, and all that is done with bodies. */
    readonly blocks: Blocks;
  }
}

declare module '../../kernel/hook-types.ts' {
  interface Hooks {
    'blocks:rendered': FilterHook<string[], [context: RenderContext]>;
  }
}
