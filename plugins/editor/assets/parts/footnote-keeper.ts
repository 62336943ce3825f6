// Keeps the list of notes and the numbers of their marks as the text has them, and makes new ones.
import { type Editor, Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { type EditorState, NodeSelection, Plugin, type Transaction } from '@tiptap/pm/state';
import { announce, t } from 'galley/client';
import { goToNote } from '../blocks/footnotes.ts';
import { markHtml } from '../model/footnote-mark.ts';
import { findList, markOf, noteNode, notesIn, rememberNotes, renumbered } from '../model/footnotes.ts';
import { make } from '../model/make.ts';

/** What a transaction says that puts a whole text there: nothing in it is changed but the list that is shown. */
export const LOADED = 'galley:loaded';

const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, index) => id === other[index]);

/** The list shows the notes in the order of their marks, also one whose mark came back. */
function fillList(tr: Transaction, ids: readonly string[]): void {
  const list = findList(tr.doc);
  if (
    !list ||
    sameIds(
      ids,
      list.node.children.map((note) => String(note.attrs['id'])),
    )
  )
    return;
  const before = new Map(list.node.children.map((note) => [String(note.attrs['id']), note]));
  const notes = ids.map((id) => before.get(id) ?? noteNode(tr.doc.type.schema, id));
  tr.replaceWith(list.position + 1, list.position + list.node.nodeSize - 1, notes);
}

/** The first mark brings the list, the last one takes it along. */
function placeList(tr: Transaction, ids: readonly string[]): void {
  const list = findList(tr.doc);
  if (ids.length > 0 && !list) tr.insert(tr.doc.content.size, make(tr.doc.type.schema, 'footnotes'));
  else if (ids.length === 0 && list && tr.doc.childCount > 1)
    tr.delete(list.position, list.position + list.node.nodeSize);
}

function numberMarks(tr: Transaction, ids: readonly string[]): void {
  tr.doc.descendants((node: Node, position) => {
    const id = markOf(node);
    if (id === undefined) return;
    const html = String(node.attrs['html']);
    const numbered = renumbered(html, ids.indexOf(id) + 1);
    if (numbered !== html) tr.setNodeMarkup(position, undefined, { ...node.attrs, html: numbered }, node.marks);
  });
}

function follow(transactions: readonly Transaction[], before: EditorState, now: EditorState): Transaction | null {
  if (!transactions.some((one) => one.docChanged)) return null;
  const ids = notesIn(now.doc);
  const isOther = !sameIds(ids, notesIn(before.doc));
  const { tr } = now;
  if (isOther) rememberNotes(before.doc);
  if (isOther && !transactions.some((one) => one.getMeta(LOADED))) {
    placeList(tr, ids);
    numberMarks(tr, ids);
  }
  fillList(tr, ids);
  return tr.docChanged ? tr : null;
}

/** Puts a mark at the cursor, and the cursor into its note. */
export function insertFootnote(editor: Editor): boolean {
  const { state } = editor.view;
  const { $to, to } = state.selection;
  const type = state.schema.nodes['inlineObject'];
  const isPlace = $to.parent.inlineContent && !$to.parent.type.spec.code && $to.parent.type.name !== 'footnote';
  if (!type || !isPlace || !$to.parent.type.validContent($to.parent.content.addToEnd(type.create()))) {
    announce(t('No footnote can stand here.'));
    return false;
  }
  const id = crypto.randomUUID();
  editor.view.dispatch(state.tr.insert(to, type.create({ html: markHtml(id, 1) })));
  return goToNote(editor, id);
}

/** Footnotes. */
export const Footnotes = Extension.create({
  name: 'footnoteKeeper',
  addKeyboardShortcuts() {
    return { 'Mod-Alt-f': () => insertFootnote(this.editor) };
  },
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        appendTransaction: follow,
        props: {
          handleClickOn: (_view, _position, node) => {
            const id = markOf(node);
            return id !== undefined && goToNote(editor, id);
          },
          handleKeyDown: (view, event) => {
            const { selection } = view.state;
            const id = selection instanceof NodeSelection ? markOf(selection.node) : undefined;
            return event.key === 'Enter' && id !== undefined && goToNote(editor, id);
          },
        },
      }),
    ];
  },
});
