// The menu "More" of the bar: what can be done with what is selected, and not at every moment.

import belowIcon from 'icon:arrow-bar-down';
import aboveIcon from 'icon:arrow-bar-up';
import footnoteIcon from 'icon:asterisk';
import parentIcon from 'icon:box-arrow-up-left';
import htmlIcon from 'icon:code-slash';
import copyIcon from 'icon:copy';
import subIcon from 'icon:subscript';
import superIcon from 'icon:superscript';
import trashIcon from 'icon:trash3';
import underlineIcon from 'icon:type-underline';
import type { Editor } from '@tiptap/core';
import { type Command, NodeSelection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import { patternItems } from '../tools/patterns.ts';
import { arrangementsOf } from './arrangements.ts';
import { emptyLine } from './beside.ts';
import { blockOf, blocksOf, parentOf } from './block-range.ts';
import { convertClassic } from './convert.ts';
import { keysOf } from './elements.ts';
import { insertFootnote } from './footnote-keeper.ts';
import { editAsHtml } from './html-view.ts';
import { selectInserted } from './inserts.ts';
import type { MenuGroup } from './menu.ts';
import { duplicateBlock, removeBlock } from './moves.ts';

const MORE_MARKS: readonly (readonly [name: string, title: string, icon: string, keys?: string])[] = [
  ['underline', t('Underlined'), underlineIcon, 'Mod+U'],
  ['superscript', t('Superscript'), superIcon],
  ['subscript', t('Subscript'), subIcon],
];

/** Does what a command says, and goes on in the text. */
export function runCommand(editor: Editor, command: Command): void {
  command(editor.state, editor.view.dispatch, editor.view);
  editor.view.focus();
}

function insertBeside(editor: Editor, isAfter: boolean): void {
  const range = blocksOf(editor.state);
  if (!range) return;
  const position = isAfter ? range.to : range.from;
  const made = emptyLine(editor.schema, editor.state.doc);
  const $pos = editor.state.doc.resolve(position);
  if (!$pos.parent.canReplaceWith($pos.index(), $pos.index(), made.type)) return;
  editor.view.dispatch(editor.state.tr.insert(position, made));
  selectInserted(editor, position, made);
}

function selectParent(editor: Editor): void {
  const range = blocksOf(editor.state);
  const around = range && parentOf(editor.state, range.from);
  if (!around) return;
  editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, around.position)));
  editor.view.focus();
}

/** What else can be done with what is selected. */
export function moreGroups(editor: Editor): MenuGroup[] {
  const place = blockOf(editor.state);
  const range = blocksOf(editor.state);
  const isText = range?.nodes.some(({ isTextblock }) => isTextblock) ?? false;
  const marks = MORE_MARKS.map(([name, label, image]) => ({
    label,
    icon: image,
    run: () => {
      editor.commands.toggleMark(name);
      editor.view.focus();
    },
  }));
  const beside = [
    { label: t('Paragraph before'), icon: aboveIcon, run: () => insertBeside(editor, false) },
    { label: t('Paragraph after'), icon: belowIcon, run: () => insertBeside(editor, true) },
    {
      label: t('Duplicate'),
      icon: copyIcon,
      keys: keysOf('Mod+Shift+D'),
      run: () => runCommand(editor, duplicateBlock),
    },
  ];
  const around = range && parentOf(editor.state, range.from);
  const up = around
    ? [{ label: t('Select what it stands in'), icon: parentIcon, run: () => selectParent(editor) }]
    : [];
  const convert =
    place?.node.attrs['block'] === null
      ? [{ label: t('Convert to blocks'), icon: copyIcon, run: () => void convertClassic(editor) }]
      : [];
  const footnote = {
    label: t('Footnote'),
    icon: footnoteIcon,
    keys: keysOf('Mod+Alt+F'),
    run: () => void insertFootnote(editor),
  };
  return [
    { items: isText ? [...marks, ...(place ? [footnote] : [])] : [] },
    { items: [...convert, ...beside, ...up, ...arrangementsOf(editor)] },
    { items: patternItems(editor) },
    {
      items: [
        ...(place ? [{ label: t('Edit as HTML'), icon: htmlIcon, run: () => editAsHtml(editor) }] : []),
        {
          label: t('Delete'),
          icon: trashIcon,
          keys: 'Alt+Shift+Delete',
          isDanger: true,
          run: () => runCommand(editor, removeBlock),
        },
      ],
    },
  ];
}
