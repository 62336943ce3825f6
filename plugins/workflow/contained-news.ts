import { type Entry, type HookAdapter, pickFields, plainText } from 'galley';
import type { Note } from './note.ts';

const shown = ({ id, type, status, title, slug }: Entry): Record<string, unknown> => ({
  ...{ id, type, status, slug },
  title: plainText(title),
});

/** Tells contained plugins of notes on entries that they may read, where they ask for `notes:read`. */
export const containedNotes: HookAdapter = {
  kind: 'action',
  input([event], granted, fields) {
    const { entry, note } = event as { entry: Entry; note: Note };
    if (!granted.has('notes:read') || !granted.readable(entry.type).includes(entry.status)) return undefined;
    const { id, threadId, authorId, body, anchor } = note;
    return pickFields({ entry: shown(entry), note: { id, threadId, authorId, text: body, on: anchor.kind } }, fields);
  },
};

/** Tells contained plugins that an entry that they may read has come to another stage. */
export const containedMoves: HookAdapter = {
  kind: 'action',
  input([event], granted, fields) {
    const { entry, stage, isReturned } = event as { entry: Entry; stage: string; isReturned: boolean };
    if (!granted.readable(entry.type).includes(entry.status)) return undefined;
    return pickFields({ entry: shown(entry), stage, isReturned }, fields);
  },
};
