import { plainText } from 'galley';

/** What a note is about: the whole entry, a field by its name, or a block. */
export interface Anchor {
  kind: 'entry' | 'field' | 'block';
  /** The name of the field, or the position of the block when the note was made. */
  place: string;
  /** The first words of the block: they find it again after it has moved. */
  quote: string;
}

/** A note, or an answer to one. */
export interface Note {
  id: number;
  entryId: number;
  /** The note that the thread begins with; null for that one itself. */
  threadId: number | null;
  authorId: number | null;
  body: string;
  anchor: Anchor;
  madeAt: number;
  resolvedAt: number | null;
  resolvedBy: number | null;
}

/** The row of a note. */
export interface NoteRow {
  id: number;
  entry_id: number;
  thread_id: number | null;
  author_id: number | null;
  body: string;
  anchor: string;
  place: string;
  quote: string;
  made_at: number;
  resolved_at: number | null;
  resolved_by: number | null;
}

const KINDS = ['entry', 'field', 'block'] as const;

/** The note of a row. */
export function decodeNote(row: NoteRow): Note {
  const kind = KINDS.find((name) => name === row.anchor) ?? 'entry';
  return {
    id: row.id,
    entryId: row.entry_id,
    threadId: row.thread_id,
    authorId: row.author_id,
    body: row.body,
    anchor: { kind, place: row.place, quote: row.quote },
    madeAt: row.made_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
  };
}

/** The first words of a block as they are kept and compared. */
export function quoteOf(html: string): string {
  return plainText(html.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
}

/**
 * Where the block of a note stands now, counted from 0: the one with its words that is nearest to where it was, else the
 * one at its place where that has words in common; undefined when it is gone.
 */
export function findBlock(blocks: readonly string[], { place, quote }: Anchor): number | undefined {
  const was = Number(place);
  const same = blocks.flatMap((text, index) => (quote !== '' && text === quote ? [index] : []));
  const nearest = same.sort((a, b) => Math.abs(a - was) - Math.abs(b - was))[0];
  if (nearest !== undefined) return nearest;
  const there = blocks[was];
  if (there === undefined) return undefined;
  const words = new Set(quote.toLowerCase().split(' '));
  const common = there
    .toLowerCase()
    .split(' ')
    .filter((word) => words.has(word)).length;
  return quote === '' || common * 2 >= words.size ? was : undefined;
}
