import type { Editor } from '@tiptap/core';
import { Fragment } from '@tiptap/pm/model';
import { paragraph } from '../model/make.ts';
import { sessionOf } from './session.ts';

/** The nodes of a text; one empty paragraph for none. */
export function readText(editor: Pick<Editor, 'schema'>, text: string): Fragment {
  const { reader, writer } = sessionOf(editor);
  const nodes = reader.text(text);
  writer.blank = nodes.length === 0 ? text : '';
  return Fragment.from(nodes.length > 0 ? nodes : [paragraph(editor.schema)]);
}
