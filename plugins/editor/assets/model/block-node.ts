import { type NodeConfig, Node as TiptapNode } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { attributesOf, findTag } from './tag.ts';

/** Declarations of a block that are shown while writing. */
const SHOWN_STYLE =
  /^(text-align|color|background(-color)?|font-size|font-style|font-weight|line-height|letter-spacing|text-transform|flex-basis|aspect-ratio|object-fit|border-radius|border-width|border-style|border-color|padding(-\w+)?|min-height|width)$/;

/** The style of an element without what could leave its place or load something. */
export function shownStyle(style: string): string {
  return style
    .split(';')
    .filter((part) => {
      const [name = '', value = ''] = part.split(/:(.*)/s);
      return SHOWN_STYLE.test(name.trim().toLowerCase()) && !/url\s*\(|expression/i.test(value);
    })
    .join(';');
}

/** The attributes of a block's first tag that show while writing: its classes, and its style where that is harmless. */
export function shownAttributes(node: Node): Record<string, string> {
  const head: unknown = node.attrs['head'];
  const tag = typeof head === 'string' ? findTag(head) : undefined;
  const attributes = new Map(tag ? attributesOf(tag) : []);
  const style = shownStyle(attributes.get('style') ?? '');
  return {
    'data-block': String(node.attrs['block'] ?? ''),
    ...(attributes.has('class') ? { class: attributes.get('class') ?? '' } : {}),
    ...(style ? { style } : {}),
  };
}

/**
 * The node of a block. Besides its content it has the block's name, the JSON of its comment (`data`), what stands
 * around its content in the HTML (`head` and `tail`; null: as new blocks of its kind have it) and the number of its
 * source.
 *
 * @param block the name of the block that a new node is
 */
export function blockNode(name: string, block: string | null, config: Partial<NodeConfig> = {}): TiptapNode {
  const plain = { rendered: false, keepOnSplit: false } as const;
  const { addAttributes, ...rest } = config as Partial<NodeConfig> & { addAttributes?: () => Record<string, object> };
  return TiptapNode.create({
    group: 'block',
    defining: true,
    ...rest,
    name,
    addAttributes() {
      return {
        block: { ...plain, default: block },
        data: { ...plain, default: {} },
        head: { ...plain, default: null },
        tail: { ...plain, default: null },
        src: { ...plain, default: null },
        ...addAttributes?.(),
      };
    },
  });
}

/** Options of an attribute that a node has besides, which never stands in the page as it is. */
export const own = (value: unknown): { default: unknown; rendered: false; keepOnSplit: false } => ({
  default: value,
  rendered: false,
  keepOnSplit: false,
});
