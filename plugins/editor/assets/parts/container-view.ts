import plus from 'icon:plus-lg';
import type { NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { icon, t } from 'galley/client';
import { shownAttributes } from '../model/block-node.ts';
import { paragraph } from '../model/make.ts';
import { findTag, readAttribute } from '../model/tag.ts';
import { titleOf } from './catalog.ts';
import { showImage } from './safe-dom.ts';

/** Shows a block that holds others: their frame, its name, and where the first one goes. */
export const containerView: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = document.createElement('div');
  const contentDOM = document.createElement('div');
  const add = document.createElement('button');
  add.type = 'button';
  add.className = 'ge-append';
  add.contentEditable = 'false';
  add.append(icon(plus), t('Add a block'));
  add.addEventListener('click', () => {
    const position = getPos();
    if (position === undefined) return;
    const { tr } = editor.state;
    tr.insert(position + 1, paragraph(editor.schema));
    tr.setSelection(TextSelection.create(tr.doc, position + 2));
    editor.view.dispatch(tr);
    editor.view.focus();
  });
  const media = document.createElement('div');
  media.className = 'ge-media';
  media.contentEditable = 'false';
  dom.append(media, contentDOM, add);
  const show = (node: Node): void => {
    const { class: classes = '', style = '', ...rest } = shownAttributes(node);
    dom.className = `ge-container ge-${node.type.name}`;
    contentDOM.className = `ge-inner ${classes}`;
    contentDOM.style.cssText = node.type.name === 'column' ? '' : style;
    if (node.type.name === 'column') dom.style.cssText = style;
    for (const [name, value] of Object.entries(rest)) dom.setAttribute(name, value);
    dom.dataset['title'] = titleOf(node);
    showMedia(media, node);
    add.hidden = node.childCount > 0;
    dom.classList.toggle('is-empty', node.childCount === 0);
  };
  show(first);
  let shown = first;
  return {
    dom,
    contentDOM,
    update: (node) => {
      if (node.type !== shown.type) return false;
      if (node !== shown) show(node);
      shown = node;
      return true;
    },
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    stopEvent: (event) => event.target instanceof globalThis.Node && add.contains(event.target),
  };
};

/** The picture that a cover or a media block has in its own HTML. */
function showMedia(place: HTMLElement, node: Node): void {
  const head = String(node.attrs['head'] ?? '');
  const source = findTag(head, ['img']) ? (readAttribute(head, ['img'], 'src') ?? '') : '';
  if (place.dataset['source'] === source) return;
  place.dataset['source'] = source;
  place.replaceChildren(...(source === '' ? [] : [showImage(source, readAttribute(head, ['img'], 'alt') ?? '')]));
}
