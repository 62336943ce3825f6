import type { IncomingHttpHeaders } from 'node:http';

/** Forms that an answer can have. */
export type Format = 'html' | 'json' | 'xml';

const FORMATS: Record<string, Format> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/json': 'json',
  'application/problem+json': 'json',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/rss+xml': 'xml',
  'application/atom+xml': 'xml',
};
const MAX_ITEMS = 20;

/** The items of an Accept header with their weights, best first; equal weights keep their order. */
export function readAccept(header: string | undefined): { value: string; weight: number }[] {
  return (header ?? '')
    .slice(0, 1000)
    .split(',', MAX_ITEMS)
    .map((item) => {
      const [value = '', ...params] = item.split(';').map((part) => part.trim().toLowerCase());
      const quality = params.find((param) => param.startsWith('q='))?.slice(2);
      const weight = quality === undefined ? 1 : Number(quality);
      return { value, weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter((item) => item.value !== '' && item.weight > 0)
    .sort((a, b) => b.weight - a.weight);
}

/** The form that a request asks for; `html` where it does not care. */
export function preferredFormat(headers: IncomingHttpHeaders): Format {
  for (const { value } of readAccept(headers.accept)) {
    const format = FORMATS[value];
    if (format) return format;
  }
  const hasJsonBody = headers['content-type']?.startsWith('application/json') ?? false;
  return hasJsonBody || headers['x-requested-with'] === 'XMLHttpRequest' ? 'json' : 'html';
}

/**
 * The best of the site's languages for a request: exact, else by its main part (`de-AT` takes `de`), else the first.
 * @param languages of the site, its own first
 */
export function preferredLanguage(header: string | undefined, languages: readonly string[]): string {
  const main = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
  for (const { value } of readAccept(header)) {
    const found =
      languages.find((tag) => tag.toLowerCase() === value) ?? languages.find((tag) => main(tag) === main(value));
    if (found) return found;
  }
  return languages[0] ?? 'en';
}

/** Whether an Accept-Encoding header takes `encoding`. */
export function acceptsEncoding(header: string | string[] | undefined, encoding: 'br' | 'gzip'): boolean {
  const text = String(header ?? '');
  return text.includes(encoding) && readAccept(text).some(({ value }) => value === encoding);
}
