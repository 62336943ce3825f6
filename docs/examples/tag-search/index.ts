// A search provider: it answers what it knows, and leaves the rest to the search that was there.
import { definePlugin } from 'galley';

const MOST = 500;

export default definePlugin((site) => {
  site.hooks.addResponder('search:querying', async ({ query, types, viewer, offset, limit }) => {
    const [, name] = /^#(\S+)$/.exec(query) ?? [];
    if (name === undefined) return undefined;
    const term = await site.terms.bySlug('post_tag', name.toLowerCase());
    if (!term) return { entries: [], total: 0, isCapped: false, words: [] };
    const wanted = { type: types, term: { taxonomy: 'post_tag', ids: [term.id] } };
    // By the rights of the one who asks: a search must show nothing that he could not open.
    const { items } = await site.entries.find({ ...wanted, offset, limit }, viewer);
    const total = await site.entries.count(wanted, viewer, MOST);
    return { entries: items, total, isCapped: total >= MOST, words: [term.name] };
  });
});
