interface Policy {
  createHTML(text: string): string;
}

let policy: Policy | undefined;

/** Nodes of HTML that the server has cleaned. For nothing else: not for what was typed or pasted. */
export function nodesOf(cleanHtml: string): DocumentFragment {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  const rules: Policy = { createHTML: (text) => text };
  policy ??= trustedTypes?.createPolicy('galley-clean-html', rules) ?? rules;
  const parsed = new DOMParser().parseFromString(policy.createHTML(cleanHtml), 'text/html');
  const nodes = document.createDocumentFragment();
  nodes.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
  return nodes;
}
