import { escapeHtml, escapeJson, isSafeUrl, SafeHtml } from '../lib/escape.ts';

const MAX_TAGS = 30;
const MAX_VALUE = 2000;
/** Links that say something, and make the browser fetch or run nothing. */
const RELATIONS = new Set(['alternate', 'author', 'license', 'me', 'help', 'search', 'webmention', 'hub', 'self']);
const LINK_ATTRIBUTES = new Set(['rel', 'href', 'type', 'title', 'hreflang']);
const META_NAME = /^[A-Za-z][A-Za-z0-9:._-]{0,80}$/;
/** These change how the browser treats the page, not what is said of it. */
const REFUSED_META = /^(referrer|viewport|color-scheme|content-security-policy|refresh)$/i;

type Attributes = Record<string, unknown>;

function textOf(attributes: Attributes, name: string): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : '';
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_VALUE) : '';
}

function metaTag(attributes: Attributes): string | undefined {
  const kind = textOf(attributes, 'property') ? 'property' : 'name';
  const name = textOf(attributes, kind);
  if (!META_NAME.test(name) || REFUSED_META.test(name)) return undefined;
  return `<meta ${kind}="${escapeHtml(name)}" content="${escapeHtml(textOf(attributes, 'content'))}">`;
}

function linkTag(attributes: Attributes): string | undefined {
  const [rel, href] = [textOf(attributes, 'rel').toLowerCase(), textOf(attributes, 'href')];
  if (!RELATIONS.has(rel) || href === '' || !isSafeUrl(href)) return undefined;
  const pairs = [...LINK_ATTRIBUTES].filter((name) => textOf(attributes, name) !== '');
  return `<link${pairs.map((name) => ` ${name}="${escapeHtml(name === 'rel' ? rel : textOf(attributes, name))}"`).join('')}>`;
}

function tagOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { tag, attributes = {}, data } = item as { tag?: unknown; attributes?: Attributes; data?: unknown };
  if (typeof attributes !== 'object' || attributes === null) return undefined;
  if (tag === 'meta') return metaTag(attributes);
  if (tag === 'link') return linkTag(attributes);
  if (tag === 'data') return `<script type="application/ld+json">${escapeJson(data ?? null)}</script>`;
  return undefined;
}

/** Makes the tags for the head of a page out of what a plugin says; whatever is no such tag is left out. */
export function headTags(answer: unknown): SafeHtml[] {
  const items: unknown[] = Array.isArray(answer) ? answer.slice(0, MAX_TAGS) : [];
  return items.map(tagOf).flatMap((html) => (html === undefined ? [] : [new SafeHtml(html)]));
}
