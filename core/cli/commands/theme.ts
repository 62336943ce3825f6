import type { Viewer } from '../../identity/viewer.ts';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { patternTexts } from '../../theme/pattern-texts.ts';

const NAME = { name: 'name', summary: 'Its name.' } as const;

/** Whoever `--user` names may do no more here than in the admin. @throws GALLEY_PERMISSION_DENIED */
function demandRight(viewer: Viewer): void {
  if (!viewer.can('switch_themes'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change themes: that needs "switch_themes".');
}

export const commands = {
  'theme list': defineCommand({
    summary: 'Lists the themes that are there.',
    async run({ site, output }) {
      const themes = await site.themes.list();
      const rows = themes.map((theme) => ({
        ...theme,
        status: theme.isActive ? 'active' : theme.problem ? 'broken' : 'inactive',
        parent: theme.parent ?? '',
      }));
      output.table(rows, { fields: ['name', 'status', 'version', 'title', 'parent'], id: 'name' });
    },
  }),

  'theme activate': defineCommand({
    summary: 'Gives the site another theme. Visitors see it at once.',
    asUser: true,
    arguments: [NAME],
    async run({ site, args, output, viewer }) {
      demandRight(viewer);
      await site.themes.activate(args.name);
      output.success(`The site has the theme "${args.name}" now.`);
    },
  }),

  'theme check': defineCommand({
    summary: 'Says what is wrong with a theme. Ends with 1 where an error was found.',
    arguments: [NAME],
    async run({ site, args, output, session }) {
      const problems = await site.themes.check(args.name);
      // A program that reads JSON reads an empty list, not nothing.
      if (problems.length > 0 || !session.isForPeople)
        output.table(problems, { fields: ['level', 'file', 'line', 'message'], id: 'file' });
      const errors = problems.filter((problem) => problem.level === 'error').length;
      if (errors === 0) output.success(`The theme "${args.name}" has no errors.`);
      return errors > 0 ? 1 : 0;
    },
  }),

  'theme new': defineCommand({
    summary: 'Makes a theme to begin with.',
    asUser: true,
    arguments: [NAME],
    options: {
      parent: { type: 'text', summary: 'The theme it takes everything from that it does not have.' },
      title: { type: 'text', summary: 'What people call it.' },
    },
    examples: ['galley theme new gazette --parent=default'],
    async run({ site, args, options, output, viewer }) {
      demandRight(viewer);
      const folder = await site.themes.create(args.name, { parent: options.parent, title: options.title });
      output.value(folder);
    },
  }),

  'theme texts': defineCommand({
    summary: 'Lists the texts of a theme that can be translated, and what a language lacks.',
    description: 'The result with --format=json is the beginning of a catalogue: locales/<language>.json.',
    arguments: [NAME],
    options: { missing: { type: 'text', summary: 'Only those that have no translation into this language.' } },
    examples: ['galley theme texts default', 'galley theme texts default --missing=fr --format=json'],
    async run({ site, args, options, output }) {
      const { templates, translations, patterns } = await site.themes.load(args.name);
      const texts = [...new Set([...templates.check().texts, ...patterns.flatMap(patternTexts)])].sort();
      const messages = options.missing === undefined ? undefined : translations.for(options.missing);
      const rows = texts.filter((text) => messages?.find(text) === undefined).map((text) => ({ text }));
      output.table(rows, { id: 'text' });
    },
  }),
};
