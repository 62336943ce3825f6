import { isSafeUrl } from '../../lib/escape.ts';
import { cleanStyle } from './css-policy.ts';
import { guardFragment, guardName } from './dom-names.ts';
import { EMBED_SANDBOX, embedFeatures, embedUrl } from './embed-hosts.ts';

/** Attributes of one element by name. */
export type HtmlAttributes = Record<string, string>;

/** Which elements and attributes may stay. */
export interface HtmlPolicy {
  tags: ReadonlySet<string>;
  /**
   * The attributes that an element may keep, or undefined when the element itself must go.
   *
   * @param report takes a sentence for each thing that is removed
   */
  clean(tag: string, attributes: HtmlAttributes, report: (what: string) => void): HtmlAttributes | undefined;
}

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

const POST_TAGS = words(`a abbr acronym address area article aside audio b bdi bdo big blockquote br button caption
  center cite code col colgroup data dd del details dfn div dl dt em fieldset figcaption figure font footer h1 h2 h3
  h4 h5 h6 header hgroup hr i iframe img ins kbd label legend li main map mark nav object ol p picture pre q rb rp rt
  rtc ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr track
  tt u ul var video wbr`);
const INLINE_TAGS = words(`abbr b bdi bdo br cite code del em i ins kbd mark q s small span strong sub sup u var wbr`);
const COMMENT_TAGS = words(`a abbr b blockquote br cite code del em i li ol p pre q s strong ul`);

const GLOBAL = words('align class dir hidden id lang role style tabindex title translate xml:lang');
const BY_TAG: Record<string, Set<string>> = {
  a: words('charset coords download href hreflang name rel rev shape target type'),
  area: words('alt coords download href rel shape target'),
  audio: words('autoplay controls loop muted preload src'),
  blockquote: words('cite'),
  br: words('clear'),
  button: words('disabled type value'),
  caption: words('valign'),
  col: words('span valign width'),
  colgroup: words('span valign width'),
  data: words('value'),
  del: words('cite datetime'),
  details: words('open'),
  font: words('color face size'),
  hr: words('noshade size width'),
  iframe: words('allow allowfullscreen frameborder height loading referrerpolicy sandbox scrolling src width'),
  img: words(
    'alt border decoding fetchpriority height hspace ismap loading longdesc sizes src srcset usemap vspace width',
  ),
  ins: words('cite datetime'),
  label: words('for'),
  li: words('type value'),
  map: words('name'),
  object: words('data height type width'),
  ol: words('compact reversed start type'),
  pre: words('width'),
  q: words('cite'),
  source: words('height media sizes src srcset type width'),
  table: words('bgcolor border cellpadding cellspacing frame rules summary width'),
  tbody: words('valign'),
  td: words('abbr axis bgcolor colspan headers height nowrap rowspan scope valign width'),
  tfoot: words('valign'),
  th: words('abbr axis bgcolor colspan headers height nowrap rowspan scope valign width'),
  thead: words('valign'),
  time: words('datetime'),
  tr: words('bgcolor valign'),
  track: words('default kind label src srclang'),
  ul: words('compact type'),
  video: words('autoplay controls height loop muted playsinline poster preload src width'),
};
const URLS = words('cite data href longdesc poster src usemap');
/** `data-` names that scripts of the editor, of Bootstrap and of ours act on. */
const ACTIVE_DATA = /^data-(?:bs|wp|galley|g|mce|react)-/;
const RASTER_DATA = /^data:image\/(?:png|gif|jpe?g|webp|avif);base64,[a-z0-9+/=\s]*$/i;

function isAllowedName(tag: string, name: string): boolean {
  if (GLOBAL.has(name) || BY_TAG[tag]?.has(name)) return true;
  if (/^aria-[a-z]+$/.test(name)) return true;
  return /^data-[a-z0-9_.-]+$/.test(name) && !ACTIVE_DATA.test(name);
}

function isAllowedUrl(tag: string, url: string): boolean {
  if (isSafeUrl(url)) return true;
  return (tag === 'img' || tag === 'source') && RASTER_DATA.test(url);
}

function isAllowedSrcset(tag: string, srcset: string): boolean {
  return srcset.split(/,\s+|\s+/).every((part) => isAllowedUrl(tag, part));
}

/** The value that an attribute may keep, or undefined. */
function cleanValue(tag: string, name: string, value: string): string | undefined {
  if (name === 'id' || name === 'name' || name === 'for') return guardName(value);
  if (name === 'href' && value.startsWith('#')) return guardFragment(value);
  if (URLS.has(name)) return isAllowedUrl(tag, value) ? value : undefined;
  if (name === 'srcset') return isAllowedSrcset(tag, value) ? value : undefined;
  if (name === 'target') return /^_(?:blank|self|parent|top)$/i.test(value) ? value : undefined;
  if (name === 'tabindex') return /^(?:0|-1)$/.test(value.trim()) ? value : undefined;
  return value;
}

function cleanAttributes(tag: string, attributes: HtmlAttributes, report: (what: string) => void): HtmlAttributes {
  const kept: HtmlAttributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (!isAllowedName(tag, name)) {
      report(`the attribute ${name.slice(0, 40)} of <${tag}>`);
    } else if (name === 'style') {
      const { style, removed } = cleanStyle(value);
      for (const property of removed) report(`the style property ${property} of <${tag}>`);
      if (style.trim() !== '' || value.trim() === '') kept['style'] = style;
    } else {
      const cleaned = cleanValue(tag, name, value);
      if (cleaned === undefined) report(`the attribute ${name}="${value.slice(0, 60)}" of <${tag}>`);
      else kept[name] = cleaned;
    }
  }
  return kept;
}

/** Adds words to a `rel` attribute that are not there yet. */
function withRel(attributes: HtmlAttributes, wanted: readonly string[]): HtmlAttributes {
  const present = (attributes['rel'] ?? '').split(/\s+/).filter(Boolean);
  const missing = wanted.filter((word) => !present.some((given) => given.toLowerCase() === word));
  return missing.length === 0 ? attributes : { ...attributes, rel: [...present, ...missing].join(' ') };
}

function opensNewWindow(attributes: HtmlAttributes): boolean {
  return attributes['target']?.toLowerCase() === '_blank';
}

function cleanIframe(attributes: HtmlAttributes, moreHosts: readonly string[]): HtmlAttributes | undefined {
  const src = embedUrl(attributes['src'] ?? '', moreHosts);
  if (src === undefined) return undefined;
  const { allow, ...rest } = attributes;
  const features = allow === undefined ? '' : embedFeatures(allow);
  return { ...rest, src, ...(features ? { allow: features } : {}), sandbox: EMBED_SANDBOX };
}

/** A PDF of the site itself in the browser's viewer, as the file block writes it. */
function isOwnPdf({ data = '', type }: HtmlAttributes): boolean {
  return type === 'application/pdf' && /^\/(?![/\\])[^?#]*\.pdf$/i.test(data);
}

/**
 * What authors without `unfiltered_html` may write in the body of an entry.
 *
 * @param moreHosts hosts that may be embedded besides the known providers
 */
export function postPolicy(moreHosts: readonly string[] = []): HtmlPolicy {
  return {
    tags: POST_TAGS,
    clean(tag, attributes, report) {
      const kept = cleanAttributes(tag, attributes, report);
      if (tag === 'iframe') {
        const frame = cleanIframe(kept, moreHosts);
        if (!frame) report(`<iframe src="${(attributes['src'] ?? '').slice(0, 60)}">`);
        return frame;
      }
      if (tag === 'object' && !isOwnPdf(kept)) {
        report('<object>');
        return undefined;
      }
      return opensNewWindow(kept) ? withRel(kept, ['noopener']) : kept;
    },
  };
}

/** What may stand in a title or another single line: emphasis and the like, no links. */
export const INLINE_POLICY: HtmlPolicy = { tags: INLINE_TAGS, clean: cleanAttributes };

const COMMENT_ATTRIBUTES: Record<string, Set<string>> = {
  a: words('href title'),
  abbr: words('title'),
  blockquote: words('cite'),
  del: words('datetime'),
  q: words('cite'),
};

/** What visitors may write in a comment. Links are marked as not ours. */
export const COMMENT_POLICY: HtmlPolicy = {
  tags: COMMENT_TAGS,
  clean(tag, attributes, report) {
    const allowed = Object.entries(attributes).filter(([name]) => COMMENT_ATTRIBUTES[tag]?.has(name));
    const kept = cleanAttributes(tag, Object.fromEntries(allowed), report);
    return tag === 'a' && kept['href'] !== undefined ? { ...kept, rel: 'nofollow ugc noopener' } : kept;
  },
};
