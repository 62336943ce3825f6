import { type Block, editBlock, sourceOf, withSource } from './block.ts';
import { cleanAttributes } from './clean-attributes.ts';
import { cleanCanonical, cleanFragment, cleanPieces, type Report } from './clean-html.ts';
import { parseAttributes, writeClosing, writeOpening } from './delimiter.ts';
import { COMMENT_POLICY, type HtmlPolicy, INLINE_POLICY, postPolicy } from './html-policy.ts';
import { parseBlocks } from './parse.ts';
import { serializeBlocks } from './serialize.ts';

/** Who wrote the text. */
export interface SanitizeOptions {
  /** Whether the author holds `unfiltered_html`: then every byte stays. */
  unfiltered: boolean;
  /** Hosts that may be embedded by `<iframe>` besides the known providers. */
  embedHosts?: readonly string[];
}

/** What is left and what is gone. */
export interface SanitizedContent {
  content: string;
  /** What was removed, one phrase each, for the author: `<script>`, `the attribute onclick of <a>`. At most 50. */
  removed: string[];
}

const MAX_REMOVED = 50;
/** After so many rounds a text that still changes (blocks that only appear when others go) is taken as text. */
const MAX_ROUNDS = 5;

function collector(): { report: Report; list: () => string[] } {
  const removed = new Set<string>();
  return {
    report: (what) => {
      if (removed.size < MAX_REMOVED) removed.add(what);
    },
    list: () => [...removed],
  };
}

/** A comment that could be left early where the text is shown without parsing its blocks. */
function isUnsafeComment(comment: string): boolean {
  return /[<>]|--/.test(comment.slice(4, -3));
}

/** Writes the block's comments anew where their bytes are not safe, though they say nothing that is forbidden. */
function withSafeComments(block: Block, report: Report): Block {
  const source = sourceOf(block);
  if (!source || !block.blockName) return block;
  if (parseAttributes(source.json) === undefined) report('unreadable block attributes');
  else if (!isUnsafeComment(source.open) && !source.close.includes('{')) return block;
  const isVoid = source.open.endsWith('/-->');
  const open = writeOpening(block.blockName, block.attrs, isVoid);
  const close = source.close === '' ? '' : writeClosing(block.blockName);
  const json = open.slice(open.indexOf('{'), open.lastIndexOf('}') + 1);
  return withSource(block, { open, close, json: open.includes('{') ? json : '', blockName: block.blockName });
}

function cleanBlock(block: Block, policy: HtmlPolicy, report: Report): Block {
  const innerContent = cleanPieces(block.innerContent, policy, report);
  const attrs = cleanAttributes(block.attrs, policy, report);
  const innerBlocks = block.innerBlocks.map((inner) => cleanBlock(inner, policy, report));
  return withSafeComments(editBlock(block, { attrs, innerBlocks, innerContent: [...innerContent] }), report);
}

function cleanOnce(content: string, policy: HtmlPolicy, report: Report): string {
  return serializeBlocks(parseBlocks(content).map((block) => cleanBlock(block, policy, report)));
}

/**
 * Sanitises the body of an entry by what its author may do. Each block's HTML is cleaned by itself, so block comments
 * survive and a block with nothing to remove keeps its bytes. Sanitising twice is the same as sanitising once.
 *
 * @example sanitizeContent('<p onclick="x()">Hi</p>', { unfiltered: false }).removed // ['the attribute onclick of <p>']
 */
export function sanitizeContent(text: string, options: SanitizeOptions): SanitizedContent {
  if (options.unfiltered) return { content: text, removed: [] };
  const policy = postPolicy(options.embedHosts);
  const { report, list } = collector();
  let content = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const cleaned = cleanOnce(content, policy, report);
    if (cleaned === content) return { content, removed: list() };
    content = cleaned;
  }
  report('block comments that contradict each other');
  return { content: cleanCanonical(content, policy, report), removed: list() };
}

/** Sanitises one line such as a title: emphasis and the like stay, links and blocks go, plain text is untouched. */
export function sanitizeInline(text: string): string {
  return cleanFragment(text, INLINE_POLICY, () => undefined);
}

/** Sanitises a visitor's comment to a short list of elements; links get `rel="nofollow ugc noopener"`. */
export function sanitizeComment(html: string): string {
  return cleanCanonical(html, COMMENT_POLICY, () => undefined);
}

/**
 * Sanitises HTML that is no entry's body: a term's description, a caption, a biography.
 *
 * @param html markup without blocks; comments in it go
 */
export function sanitizeHtmlFragment(html: string): string {
  return cleanFragment(html, postPolicy(), () => undefined);
}
