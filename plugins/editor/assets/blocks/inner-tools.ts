// Buttons of the bar for blocks that hold others of one kind: columns, list items, buttons, pictures.

import removeIcon from 'icon:dash-square';
import addIcon from 'icon:plus-square';
import indentIcon from 'icon:text-indent-left';
import outdentIcon from 'icon:text-indent-right';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { liftListItem, sinkListItem } from '@tiptap/pm/schema-list';
import { NodeSelection, Selection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import type { BlockTool } from '../model/kinds.ts';
import { make, paragraph } from '../model/make.ts';
import { libraryTool } from '../tools/library.ts';

/** Puts a node at a position and the cursor into it. */
function put(editor: Editor, position: number, node: Node): void {
  const { tr } = editor.state;
  tr.insert(position, node);
  const selection = node.isAtom ? NodeSelection.create(tr.doc, position) : Selection.near(tr.doc.resolve(position + 1));
  editor.view.dispatch(tr.setSelection(selection).scrollIntoView());
}

const empty: Record<string, (editor: Editor) => Node> = {
  column: ({ schema }) => make(schema, 'column', {}, paragraph(schema)),
  button: ({ schema }) => make(schema, 'button'),
  image: ({ schema }) => make(schema, 'image'),
  social: ({ schema }) => make(schema, 'island', { block: 'core/social-link', data: { service: 'chain' } }),
};

/** One more of them: after this one, or at the end of what holds them. */
function addTool(title: string, name: string, isInside: boolean): BlockTool {
  return {
    title,
    icon: addIcon,
    run: (editor, node, position) => {
      const made = empty[name]?.(editor);
      const end = position + node.nodeSize - (isInside ? 1 : 0);
      const $end = editor.state.doc.resolve(end);
      if (made && $end.parent.canReplaceWith($end.index(), $end.index(), made.type)) put(editor, end, made);
    },
  };
}

const removeColumn: BlockTool = {
  title: t('Delete the column'),
  icon: removeIcon,
  run: (editor, node, position) => {
    const { parent } = editor.state.doc.resolve(position);
    const { tr } = editor.state;
    const isLast = parent.type.name === 'columns' && parent.childCount === 1;
    const from = isLast ? position - 1 : position;
    tr.delete(from, from + (isLast ? parent.nodeSize : node.nodeSize));
    editor.view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), -1)));
  },
};

const listTool = (title: string, icon: string, command: typeof sinkListItem): BlockTool => ({
  title,
  icon,
  run: (editor) => {
    const type = editor.schema.nodes['listItem'];
    if (type) command(type)(editor.state, editor.view.dispatch);
  },
});

export const COLUMNS_TOOLS: readonly BlockTool[] = [addTool(t('Add a column'), 'column', true)];
export const COLUMN_TOOLS: readonly BlockTool[] = [addTool(t('Column after'), 'column', false), removeColumn];
export const BUTTONS_TOOLS: readonly BlockTool[] = [addTool(t('Add a button'), 'button', true)];
export const BUTTON_TOOLS: readonly BlockTool[] = [addTool(t('Another button'), 'button', false)];
/** Of frames that hold pictures or icons. */
export const FRAME_TOOLS: readonly BlockTool[] = [
  {
    ...addTool(t('Add a picture'), 'image', true),
    fits: (node) => node.attrs['block'] === 'core/gallery',
  },
  {
    ...addTool(t('Add a social icon'), 'social', true),
    fits: (node) => node.attrs['block'] === 'core/social-links',
  },
  libraryTool,
];
export const LIST_TOOLS: readonly BlockTool[] = [
  listTool(t('Indent'), indentIcon, sinkListItem),
  listTool(t('Outdent'), outdentIcon, liftListItem),
];
