import type { NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { describeReference } from '../tools/pattern-list.ts';
import { titleOf } from './catalog.ts';
import { showPreview } from './preview.ts';
import { selectOnClick } from './select-node.ts';

/** The name of what an island holds. */
export function islandTitle(node: Node): string {
  return node.attrs['block'] === null ? t('Classic text') : titleOf(node);
}

/** Shows a block that is not edited in place: its name and what readers will see. */
export const islandView: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = document.createElement('div');
  dom.className = 'ge-island';
  dom.contentEditable = 'false';
  const name = document.createElement('p');
  name.className = 'ge-island-name';
  const body = document.createElement('div');
  body.className = 'ge-island-body';
  dom.append(name, body);
  selectOnClick(dom, editor, getPos);
  let shown: Node | undefined;
  const show = (node: Node): void => {
    shown = node;
    dom.dataset['block'] = String(node.attrs['block'] ?? '');
    name.textContent = islandTitle(node);
    describeReference(name, node);
    showPreview(body, node, editor);
  };
  show(first);
  return {
    dom,
    update: (node) => {
      if (node.type !== shown?.type) return false;
      if (node !== shown) show(node);
      return true;
    },
    ignoreMutation: () => true,
    // A link in it is followed and does not select the block.
    stopEvent: (event) => event.target instanceof Element && event.target.closest('.ge-original') !== null,
  };
};
