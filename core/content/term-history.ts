import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { HistoryPart, Snapshot } from './histories.ts';
import type { Term, TermDraft } from './term.ts';

const LABELS = {
  name: 'Name',
  slug: 'Part of the address',
  description: 'Description',
  parentId: 'Stands below',
  position: 'Order',
} as const;

const snapshotOf = ({ name, slug, description, parentId, position }: Term): Snapshot => ({
  name,
  slug,
  description,
  parentId,
  position,
});

/** Keeps what a term was and is, in the transaction of the change. */
export async function recordTerm(site: Site, before: Term, after: Term, viewer: Viewer): Promise<void> {
  if (site.taxonomies.get(after.taxonomy)?.showInAdmin === false) return;
  const record = { before: snapshotOf(before), viewer };
  await site.histories.record('term', String(after.id), snapshotOf(after), record);
}

/** Whether somebody may change the terms of a taxonomy. */
export const mayChangeTerms = (site: Site, viewer: Viewer, taxonomy: string): boolean => {
  const definition = site.taxonomies.get(taxonomy);
  return definition !== undefined && viewer.can(definition.capability ?? 'manage_categories');
};

/** Gives terms a history: what was said of them, and where they stood. */
export function defineTermHistory(site: Site): void {
  const find = async (subject: string): Promise<Term | undefined> => site.terms.get(Number(subject));
  site.histories.define('term', {
    title: 'Term',
    async find(subject, viewer) {
      const term = await find(subject);
      if (!term || site.taxonomies.get(term.taxonomy)?.showInAdmin === false) return undefined;
      if (!mayChangeTerms(site, viewer, term.taxonomy)) return undefined;
      return { title: term.name, url: `/admin/terms/${term.taxonomy}/${term.id}` };
    },
    async read(subject) {
      const term = await find(subject);
      return term ? snapshotOf(term) : {};
    },
    async parts(_subject, snapshots): Promise<HistoryPart[]> {
      const parents = await site.terms.getMany(
        snapshots.flatMap(({ parentId }) => (typeof parentId === 'number' ? [parentId] : [])),
      );
      const nameOf = (id: unknown): string => (id === null ? '' : (parents.get(Number(id))?.name ?? `#${String(id)}`));
      return Object.entries(LABELS).map(([name, label]) => ({
        name,
        label,
        show: name === 'parentId' ? nameOf : (value) => String(value ?? ''),
      }));
    },
    async restore(subject, changes, viewer) {
      const wanted = { ...changes } as TermDraft;
      // What it stood below may be gone.
      if (wanted.parentId && !(await site.terms.get(wanted.parentId))) wanted.parentId = null;
      await site.terms.save({ ...wanted, id: Number(subject) }, { viewer });
    },
  });
}
