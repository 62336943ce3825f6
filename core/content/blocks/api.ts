// What plugins may use of the blocks, in one place for the public API.
export { autop } from './autop.ts';
export {
  type Block,
  type BlockAttributes,
  type BlockParts,
  editBlock,
  isFreeform,
  makeBlock,
  walkBlocks,
} from './block.ts';
export type { Blocks, Body, ShortcodeRegistry } from './blocks.ts';
export { isSafeDeclaration } from './css-policy.ts';
export type {
  AttributeSchema,
  BlockContext,
  BlockDefinition,
  BlockEditor,
  BlockExpansion,
  BlockInstance,
  BlockScope,
  RenderContext,
} from './definition.ts';
export { EMBED_HOSTS, embedUrl } from './embed-hosts.ts';
export { type HtmlTag, scanTags } from './html-tokens.ts';
export { mathOfLatex } from './latex.ts';
export { type BlockLayout, layoutClasses, layoutStyles, withRenderedSupports } from './layout.ts';
export type { MoreParts } from './pages.ts';
export { hasBlocks, parseBlocks } from './parse.ts';
export {
  type SanitizedContent,
  type SanitizeOptions,
  sanitizeComment,
  sanitizeContent,
  sanitizeHtmlFragment,
  sanitizeInline,
} from './sanitize.ts';
export { serializeBlock, serializeBlocks } from './serialize.ts';
export { addToTag, type TagAdditions } from './start-tag.ts';
export {
  attributeAt,
  blockClass,
  presetToCss,
  supportClasses,
  type WrapperParts,
  wrapperAttributes,
} from './supports.ts';
export { excerptOf, textOf, wordCount } from './text.ts';
