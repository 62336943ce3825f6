// What stays of a block that becomes one of another kind: its anchor, its classes, its colours, how its lines are set.
import type { Node } from '@tiptap/pm/model';
import type { BlockAttributes } from 'galley/blocks';
import { headOf, textAlign, withClasses } from '../model/settings.ts';
import { classesOf, findTag, readAttribute, writeAttribute } from '../model/tag.ts';

/** Members of the JSON that blocks of text have in common. */
const KEPT = [
  'className',
  'textColor',
  'backgroundColor',
  'gradient',
  'borderColor',
  'fontSize',
  'fontFamily',
  'style',
  'metadata',
];

/** Under what name the JSON says how the lines are set. */
const ALIGN: Record<string, 'align' | 'textAlign'> = {
  paragraph: 'align',
  heading: 'textAlign',
  quote: 'textAlign',
  verse: 'textAlign',
};

const dataOf = (node: Node): BlockAttributes => node.attrs['data'] as BlockAttributes;
const changed = (node: Node, attrs: object): Node =>
  node.type.create({ ...node.attrs, ...attrs }, node.content, node.marks);

/** The new block with what both can have. */
export function carried(from: Node, to: Node): Node {
  const { head } = headOf(from);
  if (!findTag(head)) return to;
  const own = String(dataOf(from)['className'] ?? '').split(/\s+/);
  const add = classesOf(head).filter(
    (name) => own.includes(name) || (/^has-/.test(name) && !/^has-(text-align-|drop-cap)/.test(name)),
  );
  const data = Object.fromEntries(Object.entries(dataOf(from)).filter(([name]) => KEPT.includes(name)));
  let made = to;
  if (add.length > 0 || Object.keys(data).length > 0)
    made = changed(made, withClasses(made, { add }, { ...dataOf(made), ...data }));
  for (const name of ['id', 'style']) {
    const value = readAttribute(head, undefined, name);
    const now = headOf(made);
    if (value !== undefined) made = changed(made, { ...now, head: writeAttribute(now.head, undefined, name, value) });
  }
  const [before, after] = [ALIGN[from.type.name], ALIGN[to.type.name]];
  const align = before && dataOf(from)[before];
  return after && typeof align === 'string' ? changed(made, textAlign(after).write(made, align)) : made;
}
