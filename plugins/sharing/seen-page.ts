/** A page as the hook `view:head` shows it. */
export interface SeenPage {
  page: { title: string; description?: string; canonical?: string; kind: string; number: number; robots?: string };
  site: { title: string; tagline: string; url: string; language: string };
  entry?: SeenEntry;
}

/** What the page is about, where it is about one thing. */
export interface SeenEntry {
  type: string;
  url: string;
  title: string;
  excerpt: string;
  /** ISO 8601. */
  published: string;
  modified: string;
  author: { name: string; url: string };
  terms: Record<string, { name: string; url: string }[]>;
  image: { src: string; alt: string; width: number; height: number } | null;
  kicker?: string;
}

const MAX_DESCRIPTION = 300;

/** An address with the origin of the site in front, where it has none. */
export const absolute = (url: string, { site }: SeenPage): string => (url.startsWith('/') ? site.url + url : url);

/** The address that the page is known by. */
export const addressOf = (seen: SeenPage): string =>
  absolute(seen.entry?.url ?? seen.page.canonical ?? (seen.page.kind === 'home' ? '/' : ''), seen);

/** What the page is about, in a sentence or two; empty where nobody said it. */
export function descriptionOf({ page, entry }: SeenPage): string {
  const text = (entry?.excerpt || page.description || '').trim();
  return text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1).trimEnd()}…` : text;
}
