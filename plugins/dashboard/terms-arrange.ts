import { createHash } from 'node:crypto';
import { GalleyError, isGalleyError, type Reply, type ScreenContext, type Term } from 'galley';
import { inTree } from './entry-boxes.ts';
import { taxonomyOf } from './terms-form.ts';

const MAX = 1000;

/** The place of a term, as it was chosen. */
interface Place {
  id: number;
  order: number;
  parentId: number | null;
}

function stateOf(terms: readonly Term[]): string {
  const facts = terms.map(({ id, version }) => `${id}:${version}`).sort();
  return createHash('sha256').update(facts.join(' ')).digest('hex').slice(0, 24);
}

/** The terms of a taxonomy, to be put in order and below each other. */
export async function showArrangement(
  page: ScreenContext,
  typed?: { places: Place[]; problem: string },
): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const terms = await page.site.terms.list(name, { limit: MAX });
  const chosen = new Map(typed?.places.map((place) => [place.id, place]));
  const placed = terms
    .map((term) => ({ ...term, ...chosen.get(term.id) }))
    .sort((a, b) => (chosen.get(a.id)?.order ?? 0) - (chosen.get(b.id)?.order ?? 0));
  const tree = inTree(placed);
  const isTree = definition.hierarchical === true;
  const url = `/admin/terms/${name}`;
  const data = {
    title: page.t('Order of {terms}', { terms: page.t(definition.title).toLowerCase() }),
    breadcrumbs: [{ label: definition.title, url }],
    intro: isTree ? page.t('What stands where, and what below what.') : page.t('What stands where in lists.'),
    caption: page.t(definition.title),
    url: `${url}/arrange`,
    cancel: url,
    isTree,
    isWhole: terms.length < MAX,
    state: stateOf(terms),
    problem: typed?.problem ?? '',
    terms: tree.map((term, index) => ({
      ...term,
      order: index + 1,
      parents: tree
        .filter(({ id }) => id !== term.id)
        .map((other) => ({
          value: String(other.id),
          label: `${'– '.repeat(other.depth)}${other.name}`,
          selected: other.id === term.parentId,
        })),
    })),
    scripts: [await page.site.assets.url('dashboard', 'terms.js')],
  };
  return page.view('dashboard/arrange', data, { status: typed ? 409 : 200 });
}

function readPlaces(page: ScreenContext, terms: readonly Term[]): Place[] {
  const known = new Set(terms.map(({ id }) => id));
  return terms.map((term, index) => {
    const order = page.value(`term.${term.id}.order`);
    const parent = Number(page.values.get(`term.${term.id}.parent`)?.at(-1) ?? term.parentId ?? 0);
    return {
      id: term.id,
      order: Math.trunc(Number(order)) || index + 1,
      parentId: known.has(parent) && parent !== term.id ? parent : null,
    };
  });
}

/** Stores the order and the tree, all at once. */
export async function saveArrangement(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const { name, definition } = taxonomyOf(page);
  const isTree = definition.hierarchical === true;
  const before = await site.terms.list(name, { limit: MAX });
  const places = readPlaces(page, before);
  try {
    await site.database.transaction(async () => {
      const terms = await site.terms.list(name, { limit: MAX });
      if (stateOf(terms) !== page.value('state'))
        throw new GalleyError('GALLEY_ENTRY_CONFLICT', page.t('Somebody else has changed these meanwhile.'));
      const ordered = [...places].sort((a, b) => a.order - b.order);
      const known = new Map(terms.map((term) => [term.id, term]));
      // All that moves stands on top for a moment: so nothing ever stands below itself on the way.
      const moving = isTree ? ordered.filter(({ id, parentId }) => known.get(id)?.parentId !== parentId) : [];
      for (const { id } of moving)
        if (known.get(id)?.parentId !== null) await site.terms.save({ id, parentId: null }, { viewer });
      for (const [index, { id, parentId }] of ordered.entries()) {
        const isMoved = moving.some((other) => other.id === id);
        if (!isMoved && known.get(id)?.position === index + 1) continue;
        await site.terms.save({ id, position: index + 1, ...(isMoved ? { parentId } : {}) }, { viewer });
      }
    });
  } catch (error) {
    if (!isGalleyError(error) || !['GALLEY_ENTRY_CONFLICT', 'GALLEY_INPUT_INVALID'].includes(error.code)) throw error;
    return showArrangement(page, { places, problem: error.message });
  }
  return page.redirect(`/terms/${name}`, { kind: 'success', text: page.t('The order is saved. Visitors see it now.') });
}
