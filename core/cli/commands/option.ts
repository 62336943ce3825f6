import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GalleyError('GALLEY_COMMAND_USAGE', 'The value is no JSON. Leave out --json to give plain text.');
  }
}

/** The value as the option's schema wants it: `25` for a number, `true` for a boolean, else the text. */
function readValue(text: string, schema: Record<string, unknown>): unknown {
  const type = schema['type'];
  if (type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const commands = {
  'option list': defineCommand({
    summary: 'Lists the options of the site.',
    options: { changed: { type: 'boolean', summary: 'Only options that somebody has set.' } },
    async run({ site, options, output }) {
      const all = await site.options.all();
      const shown = all.filter(({ isDefault }) => !options.changed || !isDefault);
      const rows = shown.map(({ isDefault, ...info }) => ({ ...info, set: !isDefault }));
      output.table(rows, { fields: ['name', 'value', 'set', 'owner', 'label'], id: 'name' });
    },
  }),

  'option get': defineCommand({
    summary: 'Prints the value of an option. Secrets are never printed.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    examples: ['galley option get plugins --format=json'],
    async run({ site, args, output }) {
      const { secret } = site.options.definition(args.name);
      output.value(secret ? '[redacted]' : await site.options.get(args.name));
    },
  }),

  'option update': defineCommand({
    summary: 'Sets an option.',
    arguments: [
      { name: 'name', summary: 'Its name.' },
      { name: 'value', summary: 'Its value; read as JSON where the option is not text.' },
    ],
    options: { json: { type: 'boolean', summary: 'Read the value as JSON in any case.' } },
    examples: ['galley option update site_title "My site"', `galley option update reading '{"perPage": 20}' --json`],
    async run({ site, args, options, output }) {
      const { schema } = site.options.definition(args.name);
      await site.options.set(args.name, options.json ? readJson(args.value) : readValue(args.value, schema));
      output.success(`The option "${args.name}" is set.`);
    },
  }),

  'option delete': defineCommand({
    summary: 'Takes back what was set, so that the default holds again.',
    arguments: [{ name: 'name', summary: 'Names of options.', many: true }],
    async run({ site, args, output }) {
      for (const name of args.name) {
        const existed = await site.options.remove(name);
        output.success(existed ? `The option "${name}" has its default again.` : `The option "${name}" was not set.`);
      }
    },
  }),
};
