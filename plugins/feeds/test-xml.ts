import assert from 'node:assert/strict';
import { SaxesParser } from 'saxes';

/** An element of a document that was parsed. For the tests of this folder. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** Parses a document and fails where it is not well-formed. Names of namespaces are checked too. */
export function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.entries(attributes).map(([key, { value }]) => [key, value]);
    const element = { name, attributes: Object.fromEntries(values), text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const add = (part: string): void => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.write(text).close();
  assert.equal(root.children.length, 1);
  return root.children[0] ?? root;
}

/** All elements of a name, at any depth. */
export function allOf(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...allOf(child, name)]);
}

/** The text of the first element of a name. */
export function textOf(element: Element, name: string): string | undefined {
  return allOf(element, name)[0]?.text;
}
