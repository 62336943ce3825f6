const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for HTML text and quoted attributes. Everything else needs a function of its own. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => HTML[character] ?? character) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Escapes text for XML text and attributes and drops what XML 1.0 cannot carry (section 2.2 of the standard). */
export function escapeXml(text: string): string {
  return escapeHtml(text.replace(NOT_XML, ''));
}

/** Escapes user text for use inside a regular expression. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** JSON that may stand inside `<script type="application/json">`: no `<`, no line separators of JavaScript. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/**
 * HTML that was sanitised or rendered by us and may be printed as it is. Made only by the sanitiser and by the
 * renderer; templates print every other value escaped.
 */
export class SafeHtml {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  /** Handlebars prints what has this method without escaping. */
  toHTML(): string {
    return this.value;
  }
  toString(): string {
    return this.value;
  }
}

// Browsers drop control characters and blanks before they read the scheme.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
const IGNORED_IN_URLS = /[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028\u2029\ufeff]/g;

/** Whether a URL may stand in `href` or `src`: relative, http, https, mailto or tel. */
export function isSafeUrl(url: string): boolean {
  if (url.startsWith('/')) return true;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url.replace(IGNORED_IN_URLS, ''));
  return scheme === null || ['http', 'https', 'mailto', 'tel'].includes((scheme[1] ?? '').toLowerCase());
}

/** The URL where it is safe, else `#`. */
export function safeUrl(url: string): string {
  return isSafeUrl(url) ? url : '#';
}
