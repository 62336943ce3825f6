import { SYSTEM, type Term } from 'galley';
import { LIVING, STAY_TEXTS, type UndoThing, type UndoWork } from './undo-work.ts';

const MENU = 'nav_menu';
const ITEMS_MAX = 1000;

/** The terms that an import made and that are still there, the deepest first. */
async function termsOf(
  { site, made, options }: UndoWork,
  isMenu: boolean,
): Promise<{ term: Term; thing: UndoThing }[]> {
  const things = await made.of(options.run, 'term');
  const terms = await site.terms.getMany(things.map(({ id }) => id));
  return things
    .flatMap(({ id, version }) => {
      const term = terms.get(id);
      if (!term || (term.taxonomy === MENU) !== isMenu) return [];
      const label = site.taxonomies.get(term.taxonomy)?.title ?? term.taxonomy;
      const thing: UndoThing = { id, version, kind: 'term', label, what: term.name };
      return [{ term, thing }];
    })
    .sort((one, other) => other.term.path.split('/').length - one.term.path.split('/').length);
}

/** Takes back menus with their items, where both are as they came in. @returns the menus that stay */
export async function undoMenus(work: UndoWork): Promise<Set<number>> {
  const { site, options } = work;
  const kept = new Set<number>();
  const versions = new Map((await work.made.of(options.run, 'entry')).map(({ id, version }) => [id, version]));
  for (const { term, thing } of await termsOf(work, true)) {
    const { items } = await site.entries.find(
      {
        type: 'nav_menu_item',
        status: LIVING,
        term: { taxonomy: MENU, ids: [term.id] },
        limit: ITEMS_MAX,
        body: false,
      },
      SYSTEM,
    );
    const isSame = term.version === thing.version && items.every(({ id, version }) => versions.get(id) === version);
    if (!isSame) work.leave(thing, STAY_TEXTS.changed);
    const isGone = isSame && (await work.take(thing, () => site.services.use('menus').trash(term.id, options.viewer)));
    if (isGone) for (const { id } of items) work.gone.entry.add(id);
    else kept.add(term.id);
  }
  return kept;
}

/** Takes back terms that no entry has any more. */
export async function undoTerms(work: UndoWork): Promise<void> {
  const { site, options } = work;
  for (const { term, thing } of await termsOf(work, false)) {
    const children = await site.terms.list(term.taxonomy, { parent: term.id, limit: ITEMS_MAX });
    if (term.version !== thing.version) work.leave(thing, STAY_TEXTS.changed);
    else if (children.some(({ id }) => !work.gone.term.has(id))) work.leave(thing, STAY_TEXTS.above);
    else if (await work.stays({ term: { taxonomy: term.taxonomy, ids: [term.id] } }))
      work.leave(thing, STAY_TEXTS.used);
    else if (await isLedTo(work, term)) work.leave(thing, STAY_TEXTS.led);
    else await work.take(thing, () => site.terms.remove(term.id, { viewer: options.viewer }));
  }
}

async function isLedTo({ site, gone }: UndoWork, { id }: Term): Promise<boolean> {
  if (!site.types.has('nav_menu_item')) return false;
  const { items } = await site.entries.find(
    { type: 'nav_menu_item', status: LIVING, where: { objectId: id }, limit: ITEMS_MAX, body: false },
    SYSTEM,
  );
  return items.some((item) => item.fields['kind'] === 'taxonomy' && !gone.entry.has(item.id));
}
