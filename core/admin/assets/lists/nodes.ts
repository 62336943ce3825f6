/** An element with a class and what is in it; text stays text. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

interface Policy {
  createHTML(text: string): string;
}

let policy: Policy | undefined;

/**
 * The nodes of HTML that the server's sanitiser let through, such as a comment. The one place where a list reads HTML;
 * parsed in a document of its own, in which nothing runs or loads.
 */
export function safeNodes(html: string): Node[] {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  const same: Policy = { createHTML: (text) => text };
  policy ??= trustedTypes?.createPolicy('galley-tables', same) ?? same;
  const { body } = new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
  return [...body.childNodes].map((node) => document.importNode(node, true));
}
