import {
  archiveTemplates,
  authorTemplates,
  type Context,
  dateTemplates,
  type EntryQuery,
  formatDate,
  homeTemplates,
  initialsOf,
  type Match,
  type Permalinks,
  SafeHtml,
  termTemplates,
  type View,
  zonedTime,
} from 'galley';
import type { Address } from './address.ts';

/** A list that was asked for. */
export interface ListRequest {
  match: Match;
  address: Address;
  heading?: string;
}

/** What a list shows: which entries, under which heading, by which templates. */
export interface List {
  query: EntryQuery;
  kind: string;
  heading: string;
  templates: string[];
  base: string;
  tags: string[];
  extra: Partial<View>;
}

/** What the list at an address shows; undefined where there is none. */
export async function describeList(
  context: Context,
  links: Permalinks,
  { match, heading, address }: ListRequest,
): Promise<List | undefined> {
  const { site } = context;
  switch (match.kind) {
    case 'home':
      return {
        query: {},
        kind: 'home',
        heading: heading ?? '',
        templates: homeTemplates(),
        base: heading === undefined ? '/' : `${address.path}/`,
        tags: ['type:post'],
        extra: {},
      };
    case 'term':
      return describeTerm(context, links, match.term);
    case 'author':
      return describeAuthor(context, links, match.slug);
    case 'date':
      return describeDate(context, links, match);
    case 'archive': {
      const type = site.types.need(match.type);
      return {
        query: { type: type.name },
        kind: 'archive',
        heading: type.title,
        templates: archiveTemplates(type.name),
        base: links.archive(type.name) ?? '/',
        tags: [`type:${type.name}`],
        extra: {},
      };
    }
    case 'entry':
      return match.entry.id === links.postsPageId
        ? describeList(context, links, {
            match: { kind: 'home' },
            address: { ...address, path: links.entry(match.entry).replace(/\/$/, '') },
            heading: match.entry.title,
          })
        : undefined;
    default:
      return undefined;
  }
}

async function describeTerm(
  { site }: Context,
  links: Permalinks,
  term: Extract<Match, { kind: 'term' }>['term'],
): Promise<List> {
  const definition = site.taxonomies.need(term.taxonomy);
  const { ids, children } = definition.hierarchical
    ? await site.cache.remember(`term-family:${term.id}`, { tags: [`taxonomy:${term.taxonomy}`] }, async () => ({
        ids: await site.terms.descendants(term.id),
        children: await site.terms.list(term.taxonomy, { parent: term.id }),
      }))
    : { ids: [term.id], children: [] };
  const tags = [`term:${term.id}`, `taxonomy:${term.taxonomy}`];
  const count = await site.cache.remember(`term-count:${term.id}`, { tags }, async () => {
    const [counted] = await site.terms.withCounts([term]);
    return counted?.count ?? 0;
  });
  const kind = term.taxonomy === 'category' ? 'category' : term.taxonomy === 'post_tag' ? 'tag' : 'taxonomy';
  const url = links.term(term);
  return {
    query: {
      type:
        site.types
          .publicNames()
          .filter((name) => site.types.need(name).taxonomies.includes(term.taxonomy))
          .at(0) ?? 'post',
      term: { taxonomy: term.taxonomy, ids },
    },
    kind,
    heading: term.name,
    templates: termTemplates(term),
    base: url,
    tags: [...ids.map((id) => `term:${id}`), `taxonomy:${term.taxonomy}`],
    extra: {
      term: {
        name: term.name,
        description: new SafeHtml(term.description),
        taxonomy: term.taxonomy,
        url,
        count,
        children: children.map((child) => ({ name: child.name, slug: child.slug, url: links.term(child) })),
      },
    },
  };
}

async function describeAuthor(context: Context, links: Permalinks, slug: string): Promise<List | undefined> {
  const { site } = context;
  const user = await site.users.findBySlug(slug);
  if (!user) return undefined;
  const url = links.author(user.slug);
  const avatar = (await site.services.find('pictures')?.of([user.id], (...tags) => context.tag(...tags)))?.get(user.id);
  return {
    query: { author: user.id },
    kind: 'author',
    heading: user.name,
    templates: authorTemplates(user),
    base: url,
    tags: [`author:${user.id}`, `user:${user.id}`],
    extra: {
      author: {
        name: user.name,
        slug: user.slug,
        url,
        bio: user.bio,
        website: user.url,
        initials: initialsOf(user.name),
        ...(avatar === undefined ? {} : { avatar }),
      },
    },
  };
}

async function describeDate(
  { site }: Context,
  links: Permalinks,
  { year, month, day }: Extract<Match, { kind: 'date' }>,
): Promise<List> {
  const language = await site.options.get<string>('language');
  const format = day !== undefined ? 'j F Y' : month !== undefined ? 'F Y' : 'Y';
  const label = formatDate(zonedTime(links.zone, { year, month: month ?? 1, day: day ?? 1 }), {
    zone: links.zone,
    language,
    format,
  });
  return {
    query: { year, month, day },
    kind: 'date',
    heading: label,
    templates: dateTemplates(),
    base: links.date(year, month, day),
    tags: ['type:post'],
    extra: { date: { label, year, month, day } },
  };
}
