/** Where in an HTML document a place is, as far as escaping depends on it. */
export type HtmlMode =
  | 'text'
  | 'rcdata'
  | 'raw'
  | 'tag-open'
  | 'tag-name'
  | 'tag'
  | 'attribute-name'
  | 'after-name'
  | 'boundary'
  | 'before-value'
  | 'value-double'
  | 'value-single'
  | 'value-unquoted'
  | 'markup'
  | 'comment'
  | 'bogus';

/** How much of a URL is decided: nothing yet, text that may become a scheme, or a start that nothing can change. */
export type UrlState = 'start' | 'open' | 'fixed';

/** A tag that was read to its end. Values that hold a mustache are null. */
export interface HtmlTag {
  element: string;
  attributes: ReadonlyMap<string, string | null>;
}

const FIXED_START = /^(#|\?|\.{1,2}\/|\/[^/\\]|(https?:)?\/\/[^/\\]+\/|mailto:|tel:)/i;
const URL_ORDER: UrlState[] = ['start', 'open', 'fixed'];

/** How much of an address the static text at its start decides. */
export function urlStateOf(text: string): UrlState {
  if (text === '') return 'start';
  return FIXED_START.test(text) ? 'fixed' : 'open';
}

/** The less decided of two. */
export function lessDecided(a: UrlState, b: UrlState): UrlState {
  return URL_ORDER.indexOf(a) < URL_ORDER.indexOf(b) ? a : b;
}
