import { renameAttributes } from '../model/tag.ts';

interface Policy {
  createHTML(text: string): string;
}

let policy: Policy | undefined;
let inert: Document | undefined;

function trusted(text: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  const rules: Policy = { createHTML: (value) => value };
  policy ??= trustedTypes?.createPolicy('galley-editor', rules) ?? rules;
  return policy.createHTML(text);
}

/** Where the style of an element stands in such a tree: the page's policy is asked for `style` also where nothing shows. */
const STYLE = 'data-ge-style';

/**
 * HTML as a tree in a document of its own, in which no script runs and nothing is loaded. What is shown is built anew
 * of it from a list of what is allowed; nothing of this tree ever enters the page.
 */
export function readHtml(html: string): HTMLElement {
  inert ??= document.implementation.createHTMLDocument('');
  const holder = inert.createElement('div');
  holder.innerHTML = trusted(renameAttributes(html, 'style', STYLE));
  return holder;
}

/** The attributes of an element of such a tree, by the names that they have in the HTML. */
export function attributesIn(element: Element): [name: string, value: string][] {
  return [...element.attributes].map(({ name, value }) => [name === STYLE ? 'style' : name, value]);
}

/** An element of such a tree as HTML. */
export function writeHtml(element: Element): string {
  return renameAttributes(element.outerHTML, STYLE, 'style');
}

/** What stands in an element of such a tree, as HTML. */
export function writeInner(element: Element): string {
  return renameAttributes(element.innerHTML, STYLE, 'style');
}
