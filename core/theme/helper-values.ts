import { SafeHtml } from '../lib/escape.ts';

/** Whether a value counts as there: not empty text, sanitised HTML, list or record, not 0, null or false. */
export function isTruthy(value: unknown): boolean {
  if (value instanceof SafeHtml) return value.value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.keys(value).length > 0;
  }
  return Boolean(value);
}

const ENTITIES: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&nbsp;': '\u00a0',
  '&amp;': '&',
};

/** The text of HTML without its tags; texts that are not HTML stay as they are. */
export function plainTextOf(value: unknown): string {
  if (!(value instanceof SafeHtml)) return textOf(value);
  return value.value
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, (tag) => (/^<\/?(p|div|br|li|h\d|tr|blockquote|figure|figcaption)\b/i.test(tag) ? ' ' : ''))
    .replace(/&(?:lt|gt|quot|#0?39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/** A value as text; nothing for null and undefined. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined || value === false) return '';
  return String(value);
}

/** A value as a list: a list itself, nothing for nothing, the values of a record. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined || value === '') return [];
  if (typeof value === 'object' && !(value instanceof SafeHtml)) return Object.values(value);
  return [value];
}

/** A value as a number; 0 where it is none. */
export function numberOf(value: unknown): number {
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}
