import { type BlockInstance, escapeHtml, safeUrl, sanitizeInline, type WrapperParts, wrapperAttributes } from 'galley';

/** The attributes of a block's outer tag. */
export function wrap(block: BlockInstance, parts?: WrapperParts): string {
  return wrapperAttributes(block.name, block.attrs, parts);
}

/** What a link has besides its address. */
export interface LinkOptions {
  className?: string;
  newWindow?: boolean;
  rel?: string;
  label?: string;
  current?: boolean;
}

/**
 * A link; its address is checked, its attributes escaped.
 *
 * @param html what is inside: HTML already
 */
export function link(url: string, html: string, options: LinkOptions = {}): string {
  const rel = [options.rel ?? '', options.newWindow ? 'noopener' : ''].filter(Boolean).join(' ');
  const attributes: [string, string | undefined][] = [
    ['class', options.className],
    ['href', safeUrl(url)],
    ['target', options.newWindow ? '_blank' : undefined],
    ['rel', rel || undefined],
    ['aria-label', options.label],
    ['aria-current', options.current ? 'page' : undefined],
  ];
  const written = attributes.map(([name, value]) => (value ? ` ${name}="${escapeHtml(value)}"` : '')).join('');
  return `<a${written}>${html}</a>`;
}

/** HTML that an author typed into an attribute: emphasis stays, links and the rest go. */
export function inlineHtml(html: string): string {
  return sanitizeInline(html);
}

/** A tag name out of a short list; anything else becomes `otherwise`. */
export function headingTag(level: number, otherwise = 'p'): string {
  return level >= 1 && level <= 6 ? `h${Math.trunc(level)}` : otherwise;
}

/** The host of an address, for people; the address itself where it has none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : url;
}
