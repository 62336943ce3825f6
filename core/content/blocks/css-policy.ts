const PROPERTIES = new Set(
  `align-content align-items align-self aspect-ratio background background-color background-image background-position
  background-repeat background-size block-size border-collapse border-spacing box-shadow box-sizing caption-side clear
  color column-count column-fill column-gap column-rule column-span column-width columns direction display filter flex
  flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font font-family font-size font-style
  font-variant font-weight gap grid-area grid-auto-columns grid-auto-flow grid-auto-rows grid-column grid-column-end
  grid-column-gap grid-column-start grid-gap grid-row grid-row-end grid-row-gap grid-row-start grid-template-areas
  grid-template-columns grid-template-rows height hyphens inline-size justify-content justify-items justify-self
  letter-spacing line-height list-style list-style-position list-style-type max-block-size max-height max-inline-size
  max-width min-block-size min-height min-inline-size min-width object-fit object-position opacity order overflow
  overflow-wrap overflow-x overflow-y position row-gap table-layout tab-size text-align text-align-last
  text-decoration text-decoration-color text-decoration-line text-decoration-style text-decoration-thickness
  text-indent text-overflow text-shadow text-transform text-wrap vertical-align visibility white-space width
  word-break word-spacing word-wrap writing-mode`.split(/\s+/),
);
const PROPERTY_FAMILIES = /^(?:(?:margin|padding|border|outline)(?:-[a-z]+)*|--wp--[a-z0-9-]+)$/;

const FUNCTIONS = new Set(
  `rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix var calc min max clamp minmax repeat fit-content
  linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
  repeating-conic-gradient blur brightness contrast drop-shadow grayscale hue-rotate invert saturate sepia`.split(
    /\s+/,
  ),
);

// Nothing that could begin an escape, a comment, a block, an at-rule, a URL's scheme or a tag.
const VALUE = /^[\w\s.,%#()+\-*/'"!|]*$/;

/**
 * Whether a value may stand in a `style` attribute: no escapes, no `url()`, only functions that are known.
 *
 * @param value the text after the colon of a declaration
 */
export function isSafeCssValue(value: string): boolean {
  if (value.length > 1000 || !VALUE.test(value) || value.includes('/*')) return false;
  for (const [, name = ''] of value.matchAll(/([\w-]*)\(/g)) {
    if (name !== '' && !FUNCTIONS.has(name.toLowerCase())) return false;
  }
  return true;
}

/** A picture from the web or from this site: what an `img` may show as well. Nothing in it could end the `url()`. */
const PICTURE = /^\s*url\((["']?)(?:https?:\/\/|\/(?!\/))[\w.~%/:?=&+,@-]{1,900}\1\)\s*$/i;

/** Whether a declaration may stand in a `style` attribute. */
export function isSafeDeclaration(property: string, value: string): boolean {
  const name = property.toLowerCase();
  if (!PROPERTIES.has(name) && !PROPERTY_FAMILIES.test(name)) return false;
  if (name === 'position' && !/^\s*(?:static|relative)\s*$/i.test(value)) return false;
  return isSafeCssValue(value) || (name === 'background-image' && PICTURE.test(value));
}

/** Splits a `style` attribute at its semicolons; those in quotes and brackets do not count. */
function splitDeclarations(style: string): string[] {
  const declarations: string[] = [];
  let from = 0;
  let depth = 0;
  let quote = '';
  for (let at = 0; at < style.length; at++) {
    const character = style[at] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (character === ';' && depth === 0) {
      declarations.push(style.slice(from, at));
      from = at + 1;
    }
  }
  return [...declarations, style.slice(from)];
}

/**
 * Keeps the declarations of a `style` attribute that are on the list. A style with nothing to remove is returned as
 * it is, character for character.
 *
 * @returns the style and the names of the properties that were removed
 */
export function cleanStyle(style: string): { style: string; removed: string[] } {
  const removed: string[] = [];
  const kept = splitDeclarations(style).filter((declaration) => {
    if (declaration.trim() === '') return false;
    const colon = declaration.indexOf(':');
    const property = declaration.slice(0, Math.max(colon, 0)).trim();
    if (colon > 0 && isSafeDeclaration(property, declaration.slice(colon + 1))) return true;
    removed.push(/^[\w-]{1,40}$/.test(property) ? property : 'unreadable');
    return false;
  });
  return removed.length === 0 ? { style, removed } : { style: kept.map((part) => part.trim()).join(';'), removed };
}
