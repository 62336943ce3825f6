import type { Entry, Term } from 'galley';
import { STAY_TEXTS, type UndoThing, type UndoWork } from './undo-work.ts';

const MENU = 'nav_menu';
const MENU_ITEM = 'nav_menu_item';
const PAGE = 500;

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
    const items: Pick<Entry, 'id' | 'version' | 'type' | 'authorId'>[] = [];
    for await (const item of work.living({ type: MENU_ITEM, term: { taxonomy: MENU, ids: [term.id] } }))
      items.push(item);
    const isSame = term.version === thing.version && items.every(({ id, version }) => versions.get(id) === version);
    if (!isSame) work.leave(thing, STAY_TEXTS.changed);
    const isGone = isSame && (await work.take(thing, () => site.services.use('menus').trash(term.id, options.viewer)));
    if (isGone) for (const item of items) work.goes(item);
    else kept.add(term.id);
  }
  return kept;
}

/** Takes back terms that no entry has any more. */
export async function undoTerms(work: UndoWork): Promise<void> {
  const { site, options } = work;
  for (const { term, thing } of await termsOf(work, false)) {
    if (term.version !== thing.version) work.leave(thing, STAY_TEXTS.changed);
    else if (await hasOtherBelow(work, term)) work.leave(thing, STAY_TEXTS.above);
    else if (await work.stays({ taxonomy: term.taxonomy, term: term.id })) work.leave(thing, STAY_TEXTS.used);
    else if (await isLedTo(work, term)) work.leave(thing, STAY_TEXTS.led);
    else await work.take(thing, () => site.terms.remove(term.id, { viewer: options.viewer }));
  }
}

/** Whether anything that stays stands below a term. */
async function hasOtherBelow({ site, gone }: UndoWork, { id, taxonomy }: Term): Promise<boolean> {
  for (let after = 0; ; ) {
    const children = await site.terms.list(taxonomy, { parent: id, after, limit: PAGE });
    if (children.some((child) => !gone.term.has(child.id))) return true;
    if (children.length < PAGE) return false;
    after = children.at(-1)?.id ?? after;
  }
}

async function isLedTo(work: UndoWork, { id }: Term): Promise<boolean> {
  if (!work.site.types.has(MENU_ITEM)) return false;
  for await (const item of work.living({ type: MENU_ITEM, where: { objectId: id } }))
    if (item.fields['kind'] === 'taxonomy' && !work.gone.entry.has(item.id)) return true;
  return false;
}
