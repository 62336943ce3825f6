import lock from 'icon:box';
import { t } from 'galley/client';
import { blockNode, own } from '../model/block-node.ts';
import type { BlockKind } from '../model/kinds.ts';
import { leafInsert } from '../model/leaf.ts';
import { islandView } from '../parts/island-view.ts';
import { libraryTool } from '../tools/library.ts';
import { leaves } from './leaves.ts';

const node = blockNode('island', null, {
  atom: true,
  draggable: true,
  selectable: true,
  addAttributes: () => ({ html: own('') }),
  renderHTML: () => ['div', { class: 'ge-island' }],
  addNodeView: () => islandView,
});

/** Any block that has no editing view, and text between blocks: shown, moved, edited as HTML, written as it is. */
export const island: BlockKind = {
  name: 'island',
  title: t('Block'),
  icon: lock,
  blocks: [],
  nodes: [node],
  read: () => undefined,
  write: (shown) => String(shown.attrs['html']),
  tools: [libraryTool],
  inserts: leaves.map(leafInsert),
  settings: (shown) => leaves.find(({ block }) => block === shown.attrs['block'])?.settings ?? [],
};
