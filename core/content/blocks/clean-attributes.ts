import { isSafeUrl } from '../../lib/escape.ts';
import type { BlockAttributes } from './block.ts';
import { cleanFragment, type Report } from './clean-html.ts';
import type { HtmlPolicy } from './html-policy.ts';

// Browsers drop these before they read the scheme.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is skipped.
const IGNORED_IN_SCHEMES = /[\u0000-\u0020\u007f-\u009f\u200b-\u200f\ufeff]/g;
const ACTIVE_SCHEME = /^(?:(?:java|vb|live)script|data):/;
const MEDIA_DATA = /^data:(?:image\/(?:png|gif|jpe?g|webp|avif)|video\/[\w-]+|audio\/[\w-]+);base64,[a-z0-9+/=]*$/i;
const URL_KEY = /(?:^|[a-z_-])(?:url|href|src|link)$|^(?:url|href|src|link)$/i;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function hasActiveScheme(text: string): boolean {
  const start = text.slice(0, 200).replace(IGNORED_IN_SCHEMES, '').toLowerCase();
  return ACTIVE_SCHEME.test(start);
}

function cleanString(key: string, text: string, policy: HtmlPolicy, report: Report): string {
  const isBadUrl = hasActiveScheme(text) || (URL_KEY.test(key) && !isSafeUrl(text));
  if (isBadUrl && !MEDIA_DATA.test(text)) {
    report(`the block attribute ${key.slice(0, 40)}="${text.slice(0, 60)}"`);
    return '';
  }
  return cleanFragment(text, policy, report);
}

function cleanValue(key: string, value: unknown, policy: HtmlPolicy, report: Report): unknown {
  if (typeof value === 'string') return cleanString(key, value, policy, report);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => cleanValue(key, item, policy, report));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value === 'object' && value !== null) return cleanAttributes(value as BlockAttributes, policy, report);
  return value;
}

/**
 * Cleans the strings in a block's attributes: HTML by the same list as the body, no URLs that run scripts.
 *
 * @returns the same object when there is nothing to remove
 */
export function cleanAttributes(attrs: BlockAttributes, policy: HtmlPolicy, report: Report): BlockAttributes {
  let hasChanged = false;
  const cleaned: BlockAttributes = {};
  for (const [key, value] of Object.entries(attrs)) {
    if (FORBIDDEN_KEYS.has(key) || /[<>]/.test(key)) {
      report(`the block attribute ${key.slice(0, 40)}`);
      hasChanged = true;
      continue;
    }
    const kept = cleanValue(key, value, policy, report);
    if (kept !== value) hasChanged = true;
    cleaned[key] = kept;
  }
  return hasChanged ? cleaned : attrs;
}
