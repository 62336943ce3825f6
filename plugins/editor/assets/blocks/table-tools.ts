// Rows and columns of tables. A table with cells that span others has no column tools: they would tear it.

import headIcon from 'icon:card-heading';
import captionIcon from 'icon:chat-square-text';
import removeRowIcon from 'icon:dash-square';
import columnBeforeIcon from 'icon:layout-sidebar-inset';
import columnIcon from 'icon:layout-sidebar-inset-reverse';
import rowIcon from 'icon:plus-square';
import rowAboveIcon from 'icon:plus-square-dotted';
import removeColumnIcon from 'icon:x-square';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { announce, t } from 'galley/client';
import type { BlockTool } from '../model/kinds.ts';
import { make } from '../model/make.ts';

interface At {
  section: number;
  row: number;
  column: number;
}

/** Where the cursor stands in the table that begins at `position`. */
function cellAt(editor: Editor, position: number): At {
  const { $from } = editor.state.selection;
  const depth = $from.depth > 0 ? editor.state.doc.resolve(position).depth + 1 : 0;
  if (depth === 0 || $from.depth < depth + 3) return { section: 0, row: 0, column: 0 };
  return { section: $from.index(depth), row: $from.index(depth + 1), column: $from.index(depth + 2) };
}

const sectionsOf = (table: Node): Node[] => table.children.filter((child) => child.type.name === 'tableSection');

const hasSpans = (table: Node): boolean => {
  let found = false;
  table.descendants((node) => {
    if (node.type.name === 'tableCell')
      found ||= (node.attrs['html'] as [string, string][]).some(([name]) => /^(col|row)span$/.test(name));
  });
  return found;
};

/** Puts other sections into the table, and the cursor into a cell. */
function rebuild(editor: Editor, table: Node, position: number, sections: readonly Node[], at: At): void {
  const caption = table.children.filter((child) => child.type.name === 'tableCaption');
  const kept = sections.filter((section) => section.childCount > 0);
  const { tr } = editor.state;
  if (kept.length === 0) tr.delete(position, position + table.nodeSize);
  else tr.replaceWith(position, position + table.nodeSize, table.type.create(table.attrs, [...kept, ...caption]));
  let goal = position + 2;
  for (const section of kept.slice(0, at.section)) goal += section.nodeSize;
  for (const row of kept[at.section]?.children.slice(0, at.row) ?? []) goal += row.nodeSize;
  for (const cell of kept[at.section]
    ?.child(Math.min(at.row, (kept[at.section]?.childCount ?? 1) - 1))
    .children.slice(0, at.column) ?? [])
    goal += cell.nodeSize;
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(goal + 1, tr.doc.content.size))));
  editor.view.dispatch(tr.scrollIntoView());
}

const rowsChanged = (section: Node, change: (rows: Node[]) => Node[]): Node =>
  section.type.create(section.attrs, change([...section.children]));

const cellsChanged = (row: Node, change: (cells: Node[]) => Node[]): Node =>
  row.type.create(row.attrs, change([...row.children]));

function emptyCell(like: Node | undefined, editor: Editor): Node {
  return make(editor.schema, 'tableCell', { tag: like?.attrs['tag'] ?? 'td', html: [] });
}

/** @param by 0 for a row above the one with the cursor, 1 for one below */
function addRow(editor: Editor, table: Node, position: number, by: 0 | 1): void {
  const at = cellAt(editor, position);
  const sections = sectionsOf(table).map((section, index) =>
    index !== at.section
      ? section
      : rowsChanged(section, (rows) => {
          const made = cellsChanged(section.child(at.row), (cells) => cells.map((cell) => emptyCell(cell, editor)));
          return rows.toSpliced(at.row + by, 0, made);
        }),
  );
  rebuild(editor, table, position, sections, { ...at, row: at.row + by, column: 0 });
}

function removeRow(editor: Editor, table: Node, position: number): void {
  const at = cellAt(editor, position);
  const sections = sectionsOf(table).map((section, index) =>
    index === at.section ? rowsChanged(section, (rows) => rows.toSpliced(at.row, 1)) : section,
  );
  rebuild(editor, table, position, sections, { ...at, row: Math.max(0, at.row - 1) });
}

function changeColumn(
  editor: Editor,
  table: Node,
  position: number,
  change: (cells: Node[], column: number) => Node[],
): void {
  if (hasSpans(table)) {
    announce(t('Columns of a table with joined cells are changed as HTML.'));
    return;
  }
  const at = cellAt(editor, position);
  const sections = sectionsOf(table).map((section) =>
    rowsChanged(section, (rows) => rows.map((row) => cellsChanged(row, (cells) => change(cells, at.column)))),
  );
  const isEmpty = sections.some((section) => section.children.some((row) => row.childCount === 0));
  rebuild(editor, table, position, isEmpty ? [] : sections, at);
}

/** The first row becomes the head of the table, or the head its first row. */
function switchHead(editor: Editor, table: Node, position: number): void {
  const [first, ...rest] = sectionsOf(table);
  if (!first) return;
  const retag = (row: Node, tag: string): Node =>
    cellsChanged(row, (cells) => cells.map((cell) => cell.type.create({ ...cell.attrs, tag }, cell.content)));
  const hasHead = first.attrs['tag'] === 'thead';
  const body = hasHead ? rest[0] : first;
  const rows = hasHead
    ? [...first.children.map((row) => retag(row, 'td')), ...(body?.children ?? [])]
    : [...first.children].slice(1);
  const head = hasHead ? [] : [make(editor.schema, 'tableSection', { tag: 'thead' }, [retag(first.child(0), 'th')])];
  const below = rows.length > 0 ? [make(editor.schema, 'tableSection', { ...body?.attrs, tag: 'tbody' }, rows)] : [];
  const others = hasHead ? rest.slice(1) : rest;
  rebuild(editor, table, position, [...head, ...below, ...others], { section: 0, row: 0, column: 0 });
}

function switchCaption(editor: Editor, table: Node, position: number): void {
  const { tr } = editor.state;
  const last = table.lastChild;
  const end = position + table.nodeSize - 1;
  if (last?.type.name === 'tableCaption') tr.delete(end - last.nodeSize, end);
  else {
    tr.insert(end, make(editor.schema, 'tableCaption'));
    tr.setSelection(TextSelection.create(tr.doc, end + 1));
  }
  editor.view.dispatch(tr.scrollIntoView());
}

/** The buttons of the bar while the cursor stands in a table. */
export const TABLE_TOOLS: readonly BlockTool[] = [
  { title: t('Row above'), icon: rowAboveIcon, run: (...at) => addRow(...at, 0) },
  { title: t('Row below'), icon: rowIcon, run: (...at) => addRow(...at, 1) },
  { title: t('Delete the row'), icon: removeRowIcon, run: removeRow },
  {
    title: t('Column before'),
    icon: columnBeforeIcon,
    run: (editor, table, position) =>
      changeColumn(editor, table, position, (cells, at) => cells.toSpliced(at, 0, emptyCell(cells[at], editor))),
  },
  {
    title: t('Column after'),
    icon: columnIcon,
    run: (editor, table, position) =>
      changeColumn(editor, table, position, (cells, at) => cells.toSpliced(at + 1, 0, emptyCell(cells[at], editor))),
  },
  {
    title: t('Delete the column'),
    icon: removeColumnIcon,
    run: (editor, table, position) => changeColumn(editor, table, position, (cells, at) => cells.toSpliced(at, 1)),
  },
  { title: t('Head row on or off'), icon: headIcon, run: switchHead },
  { title: t('Caption on or off'), icon: captionIcon, run: switchCaption },
];
