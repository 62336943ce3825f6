import type { Fragment, Node, Schema } from '@tiptap/pm/model';

/** A new node of the schema. */
export function make(
  schema: Schema,
  name: string,
  attrs: Record<string, unknown> = {},
  content?: Node | readonly Node[] | Fragment,
): Node {
  const type = schema.nodes[name];
  if (!type) throw new Error(`The schema has no node "${name}".`);
  return type.create(attrs, content);
}

/** An empty paragraph. */
export const paragraph = (schema: Schema): Node => make(schema, 'paragraph');
