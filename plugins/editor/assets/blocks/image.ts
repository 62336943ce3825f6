import icon from 'icon:image';
import type { Editor, NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes, shownStyle } from '../model/block-node.ts';
import { writeInline } from '../model/inline-html.ts';
import type { BlockKind, Setting } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { blockAlign, headOf, withClasses, withData } from '../model/settings.ts';
import { encodeAttribute, findTag, readAttribute, writeAttribute } from '../model/tag.ts';
import { framed } from '../model/text-kind.ts';
import { editorData } from '../parts/catalog.ts';
import { button } from '../parts/elements.ts';
import { showImage } from '../parts/safe-dom.ts';
import { selectOnClick } from '../parts/select-node.ts';
import { chooseFile, libraryTool } from '../tools/library.ts';

const IMG = ['img'];
const CAPTION = /^([\s\S]*?)(?:(<figcaption(?:\s[^>]*)?>)([\s\S]*?)<\/figcaption>)?(\s*<\/figure>\s*(?:<\/div>\s*)?)$/;
const FRAME =
  /^\s*(?:<div(?:\s[^>]*)?>\s*)?<figure(?:\s[^>]*)?>\s*(?:<a(?:\s[^>]*)?>\s*)?<img\s[^>]*>\s*(?:<\/a>\s*)?$/;

/** Shows the picture, with its caption to be written below. */
const view: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = document.createElement('figure');
  const picture = document.createElement('div');
  picture.className = 'ge-picture';
  picture.contentEditable = 'false';
  const contentDOM = document.createElement('figcaption');
  contentDOM.dataset['empty'] = t('Caption');
  dom.append(picture, contentDOM);
  selectOnClick(picture, editor, getPos);
  let shown: Node | undefined;
  const show = (node: Node): void => {
    const { head } = headOf(node);
    const { class: classes = '' } = shownAttributes(node);
    dom.className = `ge-image ${classes}`;
    dom.dataset['block'] = 'core/image';
    contentDOM.classList.toggle('is-empty', node.content.size === 0);
    if (shown && headOf(shown).head === head) return;
    const src = readAttribute(head, IMG, 'src') ?? '';
    const made = showImage(src, readAttribute(head, IMG, 'alt') ?? '');
    made.style.cssText = shownStyle(readAttribute(head, IMG, 'style') ?? '');
    picture.replaceChildren(src === '' ? emptyPicture(editor, getPos) : made);
  };
  show(first);
  shown = first;
  return {
    dom,
    contentDOM,
    update: (node) => {
      if (node.type !== first.type) return false;
      show(node);
      shown = node;
      return true;
    },
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  };
};

function emptyPicture(editor: Editor, getPos: () => number | undefined): HTMLElement {
  const box = document.createElement('span');
  box.className = 'ge-foreign';
  if (!editorData().library) {
    box.textContent = t('No picture yet: give its address in the tab “Block”.');
    return box;
  }
  const label = t('Choose a picture');
  const choose = button({
    title: label,
    label,
    className: 'btn btn-secondary',
    press: () => void chooseFile(editor, getPos() ?? -1),
  });
  box.append(choose, t('or give its address in the tab “Block”.'));
  return box;
}

const imageNode = blockNode('image', 'core/image', {
  content: 'inline*',
  isolating: true,
  draggable: true,
  addAttributes: () => ({ caption: own(null) }),
  parseHTML: () => [
    {
      tag: 'img[src]',
      getAttrs: (element) => {
        const src = (element as HTMLElement).getAttribute('src') ?? '';
        if (!/^(https?:|\/)/i.test(src)) return false;
        return headWith(src, (element as HTMLElement).getAttribute('alt') ?? '');
      },
    },
  ],
  renderHTML: ({ node }) => {
    const { head } = headOf(node);
    const picture = { src: readAttribute(head, IMG, 'src') ?? '', alt: readAttribute(head, IMG, 'alt') ?? '' };
    return ['figure', ['img', picture], ['figcaption', 0]];
  },
  addNodeView: () => view,
});

/** The attributes of a new picture. */
function headWith(src: string, alt: string): Record<string, unknown> {
  const picture = `<img src="${encodeAttribute(src)}" alt="${encodeAttribute(alt)}"/>`;
  return { head: `\n<figure class="wp-block-image">${picture}`, tail: '</figure>\n' };
}

function read(block: Block, reader: Reader): Node | undefined {
  const match = block.innerBlocks.length === 0 ? CAPTION.exec(block.innerHTML) : null;
  if (!match) return undefined;
  const [, head = '', caption, html = '', tail = ''] = match;
  const line = FRAME.test(head) ? reader.inline(html) : undefined;
  return line && reader.make('image', { head, tail, caption: caption ?? null }, line);
}

const around = () => ({ head: '\n<figure class="wp-block-image"><img src="" alt=""/>', tail: '</figure>\n' });

const DEFAULT_CAPTION = '<figcaption class="wp-element-caption">';

/** Sets an attribute of the picture's tag. */
const attribute = (node: Node, name: string, value: string | undefined): Record<string, unknown> => {
  const { head, tail } = headOf(node);
  return { head: writeAttribute(head, IMG, name, value), tail };
};

function withLink(node: Node, address: string): Record<string, unknown> {
  const { head, tail } = headOf(node);
  const isLinked = findTag(head, ['a']) !== undefined;
  if (address === '') return { tail, head: head.replace(/<a(?:\s[^>]*)?>\s*/, '').replace(/\s*<\/a>/, '') };
  if (isLinked) return { tail, head: writeAttribute(head, ['a'], 'href', address) };
  return { tail, head: head.replace(/<img\s[^>]*>/, (tag) => `<a href="${encodeAttribute(address)}">${tag}</a>`) };
}

const width: Setting = {
  label: t('Width'),
  kind: 'text',
  help: t('Such as 300px; empty: as wide as it is.'),
  read: (node) => String((node.attrs['data'] as { width?: unknown }).width ?? ''),
  write: (node, value) => {
    const typed = /^\d+$/.test(value.trim()) ? `${value.trim()}px` : value.trim();
    const size = /^\d+(\.\d+)?(px|%|rem|em|vw)$/.test(typed) ? typed : '';
    const changed = withClasses(
      node,
      { remove: (name) => name === 'is-resized', add: size === '' ? [] : ['is-resized'] },
      withData(node, 'width', size),
    );
    const head = String(changed['head']);
    const rest = (readAttribute(head, IMG, 'style') ?? '')
      .replace(/(^|;)\s*width\s*:[^;]*/i, '$1')
      .replace(/^;+|;+$/g, '');
    const style = [rest, ...(size === '' ? [] : [`width:${size}`])].filter(Boolean).join(';');
    return { ...changed, head: writeAttribute(head, IMG, 'style', style === '' ? undefined : style) };
  },
};

export const image: BlockKind = {
  name: 'image',
  title: t('Image'),
  icon,
  blocks: ['core/image'],
  nodes: [imageNode],
  around,
  read,
  write: (node) => {
    const { head, tail } = framed(node, around);
    if (node.content.size === 0) return head + tail;
    return `${head}${String(node.attrs['caption'] ?? DEFAULT_CAPTION)}${writeInline(node.content)}</figcaption>${tail}`;
  },
  inserts: [
    {
      title: t('Image'),
      icon,
      keywords: 'picture photo figure',
      group: 'media',
      make: (schema) => make(schema, 'image'),
      after: (editor, position) => void chooseFile(editor, position),
    },
  ],
  tools: [libraryTool],
  settings: [
    {
      label: t('Alternative text'),
      kind: 'textarea',
      help: t('Says what is to be seen. Empty for mere decoration.'),
      read: (node) => readAttribute(headOf(node).head, IMG, 'alt') ?? '',
      write: (node, value) => attribute(node, 'alt', value),
    },
    {
      label: t('Address of the picture'),
      kind: 'url',
      read: (node) => readAttribute(headOf(node).head, IMG, 'src') ?? '',
      write: (node, value) => attribute(node, 'src', value.trim()),
    },
    {
      label: t('Leads to'),
      kind: 'url',
      read: (node) => readAttribute(headOf(node).head, ['a'], 'href') ?? '',
      write: (node, value) => withLink(node, value.trim()),
    },
    width,
    blockAlign(['left', 'center', 'right', 'wide', 'full']),
  ],
};
