import { GalleyError, type Site, type Viewer } from 'galley';

const idOf = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${text}" is no id.`);
  return Number(text);
};

const TERM_OPTIONS = {
  slug: { type: 'text', summary: 'Its slug.' },
  description: { type: 'text', summary: 'Its description.' },
  parent: { type: 'integer', summary: 'Id of the term it stands below.' },
} as const;

/** `galley term list | get | create | update | delete`. */
export function addTermCommands(site: Site, viewerOf: (context: object) => Viewer): void {
  const taxonomy = { name: 'taxonomy', summary: 'Such as category or post_tag.' } as const;

  site.commands.define('term list', {
    summary: 'Lists the terms of a taxonomy.',
    arguments: [taxonomy],
    options: {
      search: { type: 'text', summary: 'Part of the name.' },
      limit: { type: 'integer', min: 1, max: 1000, default: 100, summary: 'At most so many.' },
    },
    async run({ args, options, output, site: target }) {
      target.taxonomies.need(args.taxonomy);
      const terms = await target.terms.withCounts(
        await target.terms.list(args.taxonomy, {
          limit: options.limit,
          ...(options.search ? { search: options.search } : {}),
        }),
      );
      output.table(
        terms.map(({ id, parentId, ...term }) => ({ term_id: id, parent: parentId ?? 0, ...term })),
        { fields: ['term_id', 'name', 'slug', 'parent', 'count'], id: 'term_id' },
      );
    },
  });

  site.commands.define('term get', {
    summary: 'Shows a term.',
    arguments: [{ name: 'id', summary: 'Its id.' }],
    async run({ args, output, site: target }) {
      const term = await target.terms.get(idOf(args.id));
      if (!term) throw new GalleyError('GALLEY_TERM_UNKNOWN', `There is no term ${args.id}.`);
      output.item(term);
    },
  });

  site.commands.define('term create', {
    summary: 'Makes a term and prints its id.',
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
          parentId: options.parent,
        },
        { viewer: viewerOf(context) },
      );
      output.value(term.id);
    },
  });

  site.commands.define('term update', {
    summary: 'Changes a term.',
    arguments: [{ name: 'id', summary: 'Its id.' }],
    options: { ...TERM_OPTIONS, name: { type: 'text', summary: 'Its name.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      await target.terms.save(
        {
          id: idOf(args.id),
          name: options.name,
          slug: options.slug,
          description: options.description,
          parentId: options.parent,
        },
        { viewer: viewerOf(context) },
      );
      output.success(`Changed ${args.id}.`);
    },
  });

  site.commands.define('term delete', {
    summary: 'Removes terms for good; entries lose them.',
    arguments: [{ name: 'id', summary: 'Ids.', many: true }],
    async run(context) {
      const { args, output, site: target } = context;
      if (
        !(await output.confirm(
          `Remove ${args.id.length === 1 ? 'this term' : `these ${args.id.length} terms`} for good?`,
        ))
      )
        return 1;
      for (const id of args.id.map(idOf)) {
        await target.terms.remove(id, { viewer: viewerOf(context) });
        output.success(`Removed ${id}.`);
      }
    },
  });
}
