// What is known of footnotes: their marks stand in lines, what they say is kept as JSON beside the text.
import type { Fragment, Node, Schema } from '@tiptap/pm/model';
import { readInline } from './inline.ts';
import { writeInline } from './inline-html.ts';
import { make } from './make.ts';
import { decodeEntities } from './tag.ts';

/** A note as it is kept. */
interface KeptNote {
  id: string;
  content: string;
}

/** What a note says: as it was read, and as it stands in the text. */
interface KnownNote {
  html: string;
  content: Fragment;
}

/** All notes that there were since the form was opened, also those whose mark is gone: undo and paste bring them back. */
const known = new Map<string, KnownNote>();
let kept: readonly KeptNote[] = [];
let raw = '';

function parse(json: string): KeptNote[] {
  try {
    const list: unknown = JSON.parse(json);
    if (!Array.isArray(list)) return [];
    return list.filter(
      (note: Partial<KeptNote> | null): note is KeptNote =>
        typeof note?.id === 'string' && typeof note.content === 'string',
    );
  } catch {
    return [];
  }
}

/** Takes over what is kept with the entry. */
export function keepNotes(json: string): void {
  raw = json;
  kept = parse(json);
}

/** What is kept with the entry, as it was read. */
export const keptNotes = (): string => raw;

/** The nodes of all notes that are kept. */
export const notesOf = (schema: Schema): Node[] => kept.map(({ id }) => noteNode(schema, id));

/** The node of a note. */
export function noteNode(schema: Schema, id: string): Node {
  const note = known.get(id) ?? readNote(schema, id);
  return make(schema, 'footnote', { id }, note.content);
}

function readNote(schema: Schema, id: string): KnownNote {
  return learnNote(schema, id, kept.find((note) => note.id === id)?.content ?? '');
}

/** Takes over what a note says; of one that comes from elsewhere before its mark does. */
export function learnNote(schema: Schema, id: string, html: string): KnownNote {
  // What is no line is kept as its own source, as one thing.
  const nodes = readInline(schema, html) ?? [make(schema, 'inlineObject', { html })];
  const note = { html, content: make(schema, 'footnote', { id }, nodes).content };
  known.set(id, note);
  return note;
}

/** Remembers what the notes of a text say. */
export function rememberNotes(doc: Node): void {
  for (const note of findList(doc)?.node.children ?? []) {
    const id = String(note.attrs['id']);
    const isSame = known.get(id)?.content.eq(note.content);
    if (!isSame) known.set(id, { html: writeInline(note.content), content: note.content });
  }
}

const MARK = /^<sup\b[^>]*\bdata-fn="([^"]*)"/;

/** The id of the note that a node is the mark of. */
export function markOf(node: Node): string | undefined {
  const id = node.type.name === 'inlineObject' ? MARK.exec(String(node.attrs['html']))?.[1] : undefined;
  return id === undefined ? undefined : decodeEntities(id);
}

/** The HTML of a mark with another number; all else in it stays. */
export const renumbered = (html: string, number: number): string => html.replace(/>[^<]*<\/a>/, `>${number}</a>`);

const inNode = new WeakMap<Node, readonly string[]>();

/** The ids of the marks in a part of a text, in their order. What was looked at once is remembered. */
export function marksIn(node: Node): readonly string[] {
  const before = inNode.get(node);
  if (before) return before;
  const own = markOf(node);
  const ids = own === undefined ? node.children.flatMap((child) => marksIn(child)) : [own];
  inNode.set(node, ids);
  return ids;
}

/** The notes that a text has marks of, each once. */
export const notesIn = (doc: Node): string[] => [...new Set(marksIn(doc))];

/** Where the list of notes stands. */
export function findList(doc: Node): { node: Node; position: number } | undefined {
  let found: { node: Node; position: number } | undefined;
  doc.descendants((node, position) => {
    if (node.type.name === 'footnotes') found ??= { node, position };
    return found === undefined && !node.isTextblock;
  });
  return found;
}

/** Where a note stands. */
export function findNote(doc: Node, id: string): number | undefined {
  const list = findList(doc);
  let place: number | undefined;
  list?.node.forEach((note, offset) => {
    if (note.attrs['id'] === id) place = list.position + 1 + offset;
  });
  return place;
}

/** Where the mark of a note stands. */
export function findMark(doc: Node, id: string): number | undefined {
  let place: number | undefined;
  doc.descendants((node, position) => {
    if (markOf(node) === id) place ??= position;
    return place === undefined;
  });
  return place;
}

/** The notes of a text as JSON, in the order of their marks; empty for none. A note that is as it was keeps its HTML. */
export function writeNotes(doc: Node): string {
  rememberNotes(doc);
  const notes = notesIn(doc).map((id): KeptNote => {
    const html = known.get(id)?.html ?? kept.find((note) => note.id === id)?.content ?? '';
    return { content: html, id };
  });
  return notes.length === 0 ? '' : JSON.stringify(notes);
}
