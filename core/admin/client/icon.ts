/**
 * An icon, from its text: `import plus from 'icon:plus-lg'; button.append(icon(plus));`. Hidden from screen readers: what
 * it stands for is said in words beside it or in an `aria-label`.
 */
export function icon(svg: string): SVGElement {
  // Bundled text of our own, never anything that came over the network.
  const parsed = new DOMParser().parseFromString(trusted(svg), 'image/svg+xml');
  const element = document.importNode(parsed.documentElement, true) as unknown as SVGElement;
  element.setAttribute('aria-hidden', 'true');
  element.setAttribute('focusable', 'false');
  element.classList.add('icon');
  return element;
}

interface Policy {
  createHTML(text: string): string;
}

let policy: Policy | undefined;

function trusted(text: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  };
  policy ??= trustedTypes?.createPolicy('galley-icons', { createHTML: (value) => value }) ?? {
    createHTML: (value) => value,
  };
  return policy.createHTML(text);
}
