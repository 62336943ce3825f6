const PAGE_BREAK =
  /(?:<!-- wp:(?:core\/)?nextpage (?:\{\} )?-->\s*)?<!--nextpage-->(?:\s*<!-- \/wp:(?:core\/)?nextpage -->)?/;

/**
 * Splits a body at its page breaks (`<!--nextpage-->`, with or without its block). There is always one part at least;
 * a break at the very start or end makes no empty part.
 */
export function splitPages(content: string): string[] {
  if (!content.includes('<!--nextpage-->')) return [content];
  const parts = content.split(PAGE_BREAK).flatMap((part) => part.trim() || []);
  return parts.length > 0 ? parts : [''];
}

/** A body cut at `<!--more-->`. */
export interface MoreParts {
  /** What stands before the mark; the whole body where there is none. */
  teaser: string;
  /** What stands after it. */
  rest: string;
  hasMore: boolean;
  /** The text of the link, where the mark gives one. */
  label: string;
  /** Whether the teaser is left out on the entry's own page. */
  noTeaser: boolean;
}

const MORE =
  /(?:<!-- wp:(?:core\/)?more (?:\{[^{}]*\} )?-->\s*)?<!--more([^\n]{0,500}?)?-->(?:\s*<!--noteaser-->)?(?:\s*<!-- \/wp:(?:core\/)?more -->)?/;

/** Cuts a body at its first `<!--more-->`. */
export function splitMore(content: string): MoreParts {
  const match = content.includes('<!--more') ? MORE.exec(content) : null;
  if (!match) return { teaser: content, rest: '', hasMore: false, label: '', noTeaser: false };
  return {
    teaser: content.slice(0, match.index).trimEnd(),
    rest: content.slice(match.index + match[0].length).trimStart(),
    hasMore: true,
    label: (match[1] ?? '').trim(),
    noTeaser: content.includes('<!--noteaser-->'),
  };
}
