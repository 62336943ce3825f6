// Layer: theme. Knows lib, kernel, services, identity and content.

/** What the hierarchy must know of an entry. */
export interface EntryFacts {
  id: number;
  type: string;
  slug: string;
  /** The custom template chosen for it, or empty. WordPress's `page-templates/full-width.php` works too. */
  template?: string;
  mimeType?: string;
}

/** What the hierarchy must know of a term. */
export interface TermFacts {
  id: number;
  taxonomy: string;
  slug: string;
}

/** The name of a custom template as stored by us or by WordPress. */
function customTemplate(template: string | undefined): string[] {
  const name = (template ?? '').replace(/\.(php|hbs|html)$/, '').replace(/^.*\//, '');
  return name === '' || name === 'default' ? [] : [name];
}

/** Candidates for a page with an entry of any type, best first. */
export function entryTemplates(entry: EntryFacts): string[] {
  if (entry.type === 'page') return pageTemplates(entry);
  if (entry.type === 'attachment') return attachmentTemplates(entry);
  return [
    ...customTemplate(entry.template),
    `single-${entry.type}-${entry.slug}`,
    `single-${entry.type}`,
    'single',
    'singular',
    'index',
  ];
}

/** Candidates for a page. */
export function pageTemplates(entry: EntryFacts): string[] {
  return [...customTemplate(entry.template), `page-${entry.slug}`, `page-${entry.id}`, 'page', 'singular', 'index'];
}

/** Candidates for an attachment: `image-jpeg`, `jpeg`, `image`, `attachment`, then as a single entry. */
export function attachmentTemplates(entry: EntryFacts): string[] {
  const [kind = '', subtype = ''] = (entry.mimeType ?? '').split('/');
  const byKind = kind && subtype ? [`${kind}-${subtype}`, subtype, kind] : [];
  return [
    ...customTemplate(entry.template),
    ...byKind,
    'attachment',
    `single-attachment-${entry.slug}`,
    'single-attachment',
    'single',
    'singular',
    'index',
  ];
}

/** Candidates for the first page of the site. `page` is the one chosen for it, if any. */
export function frontPageTemplates(page?: EntryFacts): string[] {
  return ['front-page', ...(page ? pageTemplates(page) : homeTemplates())];
}

/** Candidates for the list of the latest posts. */
export function homeTemplates(): string[] {
  return ['home', 'index'];
}

/** Candidates for the archive of a term: category, tag, or any taxonomy. */
export function termTemplates(term: TermFacts): string[] {
  const names: Record<string, string> = { category: 'category', post_tag: 'tag', tag: 'tag' };
  const own = Object.hasOwn(names, term.taxonomy) ? names[term.taxonomy] : undefined;
  const specific = own
    ? [`${own}-${term.slug}`, `${own}-${term.id}`, own]
    : [`taxonomy-${term.taxonomy}-${term.slug}`, `taxonomy-${term.taxonomy}`, 'taxonomy'];
  return [...specific, 'archive', 'index'];
}

/** Candidates for the archive of an author. */
export function authorTemplates(author: { id: number; slug: string }): string[] {
  return [`author-${author.slug}`, `author-${author.id}`, 'author', 'archive', 'index'];
}

/** Candidates for the archive of a year, month or day. */
export function dateTemplates(): string[] {
  return ['date', 'archive', 'index'];
}

/** Candidates for the archive of a content type. */
export function archiveTemplates(type: string): string[] {
  return [`archive-${type}`, 'archive', 'index'];
}

/** Candidates for the results of a search. */
export function searchTemplates(): string[] {
  return ['search', 'index'];
}

/** Candidates for an error. There is no `index` among them: a list of posts is no answer to a failure. */
export function errorTemplates(status: number): string[] {
  return [String(status), 'error'];
}

/** Candidates for the embedded form of an entry. */
export function embedTemplates(entry: { type: string; format?: string }): string[] {
  const byFormat = entry.format && entry.format !== 'standard' ? [`embed-${entry.type}-${entry.format}`] : [];
  return [...byFormat, `embed-${entry.type}`, 'embed'];
}
