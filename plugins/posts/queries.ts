import type { EntryOrder, EntryQuery, PresentedEntry, Site, ViewAnswer, ViewNeeds } from 'galley';

const ORDERS: readonly EntryOrder[] = ['published', 'modified', 'title', 'order'];
const MOST = 24;

type Params = ViewNeeds['queries'][number]['params'];

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `{{#query type="post" category="news" limit=3}}` as a query; undefined where it is about something else. */
async function readQuery(site: Site, params: Params): Promise<EntryQuery | undefined> {
  const type = text(params['type']) ?? 'post';
  if (!site.types.get(type)?.public) return undefined;
  const order = ORDERS.find((name) => name === params['order']);
  const query: EntryQuery = {
    type,
    limit: Math.min(Math.max(Number(params['limit'] ?? 5), 1), MOST),
    body: false,
    ...(order ? { order } : {}),
  };
  for (const [name, taxonomy] of [
    ['category', 'category'],
    ['tag', 'post_tag'],
  ] as const) {
    const slug = text(params[name]);
    if (slug === undefined) continue;
    const term = await site.terms.bySlug(taxonomy, slug);
    query.term = { taxonomy, ids: term ? [term.id] : [] };
  }
  if (params['sticky'] === true) query.sticky = true;
  if (typeof params['exclude'] === 'number') query.exclude = [params['exclude']];
  if (typeof params['parent'] === 'number') query.parent = params['parent'];
  return query;
}

/** Answers the entry queries of templates. All entries of a page are presented together. */
export async function answerQueries(site: Site, { queries, viewer, tag }: ViewNeeds): Promise<ViewAnswer[]> {
  const found = await Promise.all(
    queries.map(async ({ key, params }) => {
      const query = await readQuery(site, params);
      if (!query) return undefined;
      tag(`type:${String(query.type)}`);
      return { key, entries: (await site.entries.find(query, viewer)).items };
    }),
  );
  const answered = found.filter((item) => item !== undefined);
  const all = await site.entries.present(
    answered.flatMap(({ entries }) => entries),
    { viewer, tag },
  );
  const byId = new Map<number, PresentedEntry>(all.map((entry) => [entry.id, entry]));
  return answered.map(({ key, entries }) => ({ key, items: entries.flatMap((entry) => byId.get(entry.id) ?? []) }));
}
