import { GalleyError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { defineCommand } from '../../services/commands.ts';
import { readConfig, type SettingInfo } from '../../services/config.ts';
import { checkConfig } from '../../services/config-check.ts';
import { allowedBy } from '../../services/config-setting.ts';

function rowOf({ name, value, source, variable, definition }: SettingInfo): object {
  const shown = Array.isArray(value) ? value.join(',') : value;
  return {
    name,
    value: shown,
    source,
    variable,
    default: definition.default,
    allowed: allowedBy(definition),
    doc: definition.doc,
  };
}

function find(settings: readonly SettingInfo[], name: string): SettingInfo {
  const found = settings.find((setting) => setting.name === name || setting.variable === name);
  if (found) return found;
  const names = settings.flatMap((setting) => [setting.name, setting.variable]);
  throw new GalleyError('GALLEY_COMMAND_USAGE', `There is no setting "${name}".${didYouMean(name, names)}`);
}

export const commands = {
  'config list': defineCommand({
    summary: 'Lists all settings with their values and where each came from.',
    arguments: [{ name: 'group', summary: 'Only settings of this group, such as http.', optional: true }],
    options: { changed: { type: 'boolean', summary: 'Only settings that are not at their default.' } },
    examples: [
      'galley config list',
      'galley config list database --fields=name,value,doc',
      'galley config list --changed --format=json',
    ],
    needs: 'none',
    async run({ args, options, output, session }) {
      const { settings, mistakes } = await readConfig({ ...session.place, makeSecret: false });
      const shown = settings.filter(
        ({ name, source }) =>
          (!args.group || name.startsWith(`${args.group}.`)) && (!options.changed || source !== 'default'),
      );
      if (args.group && shown.length === 0 && !options.changed) find(settings, args.group);
      output.table(shown.map(rowOf), { fields: ['name', 'value', 'source'], id: 'name' });
      if (mistakes.length > 0) output.warn(`${mistakes.length} settings are wrong; run "galley config check".`);
    },
  }),

  'config get': defineCommand({
    summary: 'Prints the value of a setting.',
    description: 'Secrets are never printed.',
    arguments: [{ name: 'setting', summary: 'Its name, such as http.port, or its variable.' }],
    examples: ['galley config get http.port', 'galley config get DATABASE_URL'],
    needs: 'none',
    async run({ args, output, session }) {
      const { settings } = await readConfig({ ...session.place, makeSecret: false });
      output.value(find(settings, args.setting).value);
    },
  }),

  'config check': defineCommand({
    summary: 'Checks the settings: every mistake, and what a site for everybody needs.',
    description: 'Ends with 1 when there is a problem. Outside of production only mistakes are looked for.',
    options: {
      environment: {
        type: 'text',
        choices: ['development', 'test', 'uat', 'production'],
        summary: 'Check as if the site was for this.',
      },
    },
    examples: ['galley config check', 'galley config check --environment=production --format=json'],
    needs: 'none',
    async run({ options, output, session }) {
      const { root, env } = session.place;
      const name = options.environment ?? env['GALLEY_ENV'];
      const report = await readConfig({ root, env: { ...env, GALLEY_ENV: name }, makeSecret: false });
      const isStrict = report.config.environment.name === 'production' || report.config.environment.name === 'uat';
      const findings = checkConfig(report).filter(
        ({ check }) => isStrict || report.mistakes.some((wrong) => wrong.name === check),
      );
      if (findings.length > 0) output.table(findings, { fields: ['status', 'check', 'message'], id: 'check' });
      const problems = findings.filter(({ status }) => status === 'problem').length;
      if (problems === 0) output.success(`The settings are fit for ${report.config.environment.name}.`);
      return problems === 0 ? 0 : 1;
    },
  }),
};
