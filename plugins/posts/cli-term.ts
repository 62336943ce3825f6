import { GalleyError, type Site, type Term, type TermQuery, type Viewer } from 'galley';
import { demandChange, idOf, idsOf } from './cli-ids.ts';

const LISTED = 100;
const AT_ONCE = 1000;

/** A term under the names that WP-CLI prints. */
const toRow = <T extends Term>({ id, parentId, ...term }: T) => ({ term_id: id, parent: parentId ?? 0, ...term });

/** The terms of these ids, which must all be there before any is removed. @throws GALLEY_TERM_UNKNOWN */
async function needTerms(site: Site, texts: readonly string[]): Promise<Term[]> {
  const ids = idsOf(texts);
  const found = await site.terms.getMany(ids);
  return ids.map((id) => {
    const term = found.get(id);
    if (!term) throw new GalleyError('GALLEY_TERM_UNKNOWN', `There is no term ${id}.`);
    return term;
  });
}

/** How many there are, also beyond what a list shows. */
async function countTerms(site: Site, taxonomy: string, query: TermQuery): Promise<number> {
  let sum = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const terms: Term[] = await site.terms.list(taxonomy, { ...query, after, limit: AT_ONCE });
    sum += terms.length;
    after = terms.length === AT_ONCE ? terms.at(-1)?.id : undefined;
  }
  return sum;
}

/** What stands at the top has no parent; WP-CLI writes that as 0. */
const parentOf = (given: number | undefined): number | null | undefined => (given === 0 ? null : given);

const TERM_OPTIONS = {
  slug: { type: 'text', summary: 'Its slug.' },
  description: { type: 'text', summary: 'Its description.' },
  parent: { type: 'integer', summary: 'Id of the term it stands below; 0 for none.' },
} as const;

/** `galley term list | get | create | update | delete`. */
export function addTermCommands(site: Site, viewerOf: (context: object) => Viewer): void {
  const taxonomy = { name: 'taxonomy', summary: 'Such as category or post_tag.' } as const;

  site.commands.define('term list', {
    summary: 'Lists the terms of a taxonomy.',
    arguments: [taxonomy],
    options: {
      search: { type: 'text', summary: 'Part of the name.' },
      limit: { type: 'integer', min: 1, max: 1000, summary: 'At most so many; 100 unless given.' },
    },
    async run({ args, options, output, site: target }) {
      target.taxonomies.need(args.taxonomy);
      const query = options.search ? { search: options.search } : {};
      const { limit = LISTED } = options;
      const terms = await target.terms.withCounts(await target.terms.list(args.taxonomy, { ...query, limit }));
      output.table(terms.map(toRow), {
        fields: ['term_id', 'name', 'slug', 'parent', 'count'],
        id: 'term_id',
        total: async () => (options.limit ? terms.length : countTerms(target, args.taxonomy, query)),
      });
    },
  });

  site.commands.define('term get', {
    summary: 'Shows a term.',
    arguments: [{ name: 'id', summary: 'Its id.' }],
    async run({ args, output, site: target }) {
      const [term] = await target.terms.withCounts(await needTerms(target, [args.id]));
      if (term) output.item(toRow(term), { id: 'term_id' });
    },
  });

  site.commands.define('term create', {
    summary: 'Makes a term and prints its id.',
    asUser: true,
    arguments: [taxonomy, { name: 'name', summary: 'Its name.' }],
    options: TERM_OPTIONS,
    async run(context) {
      const { args, options, output, site: target } = context;
      const term = await target.terms.save(
        {
          taxonomy: args.taxonomy,
          name: args.name,
          slug: options.slug,
          description: options.description,
          parentId: parentOf(options.parent),
        },
        { viewer: viewerOf(context) },
      );
      output.value(term.id);
    },
  });

  site.commands.define('term update', {
    summary: 'Changes a term.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Its id.' }],
    options: { ...TERM_OPTIONS, name: { type: 'text', summary: 'Its name.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      const { name, slug, description } = options;
      const changes = { name, slug, description, parentId: parentOf(options.parent) };
      demandChange(changes);
      await target.terms.save({ ...changes, id: idOf(args.id) }, { viewer: viewerOf(context) });
      output.success(`Changed ${args.id}.`);
    },
  });

  site.commands.define('term delete', {
    summary: 'Removes terms; entries lose them. They can be brought back for some days.',
    asUser: true,
    arguments: [{ name: 'id', summary: 'Ids.', many: true }],
    async run(context) {
      const { args, output, site: target } = context;
      const terms = await needTerms(target, args.id);
      const names = terms.map(({ name }) => name).join(', ');
      if (!(await output.confirm(`Remove ${names}? Entries lose ${terms.length === 1 ? 'it' : 'them'}.`))) return 1;
      for (const { id } of terms) {
        await target.terms.remove(id, { viewer: viewerOf(context) });
        output.success(`Removed ${id}.`);
      }
    },
  });
}
