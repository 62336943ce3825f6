import type { Editor } from '@tiptap/core';
import type { Kinds } from '../model/kinds.ts';
import type { Reader } from '../model/reader.ts';
import type { Writer } from '../model/writer.ts';

/** What belongs to one editor: how its text is read and written. */
export interface Session {
  reader: Reader;
  writer: Writer;
  kinds: Kinds;
}

const sessions = new WeakMap<object, Session>();

/** Keeps the session of an editor, by its schema: node views ask for it before the editor is there. */
export function keepSession(schema: object, session: Session): void {
  sessions.set(schema, session);
}

/** The session of an editor. */
export function sessionOf(editor: Pick<Editor, 'schema'>): Session {
  const session = sessions.get(editor.schema);
  if (!session) throw new Error('This editor has no session.');
  return session;
}

/** What writes the blocks of an editor. */
export const writerOf = (editor: Pick<Editor, 'schema'>): Writer | undefined => sessions.get(editor.schema)?.writer;
