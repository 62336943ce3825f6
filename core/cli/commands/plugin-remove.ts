import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { removalOrder } from '../../services/plugin-removal-order.ts';
import { wordsOf } from './plugin-install.ts';
import { each, find, NAMES } from './plugin-report.ts';
import { ALL, chosenNames, MANY } from './plugin-switch.ts';

/** Commands that remove plugins. */
export const removeCommands = {
  'plugin uninstall': defineCommand({
    summary: 'Removes plugins. Their data stay in the store, unless --drop-data says otherwise.',
    arguments: [MANY],
    options: {
      ...ALL,
      deactivate: { type: 'boolean', summary: 'Deactivates it first.' },
      'keep-data': { type: 'boolean', summary: 'Their data stay; so it is where nothing is said.' },
      'drop-data': { type: 'boolean', summary: 'Removes their tables and options too. They are listed first.' },
    },
    examples: [
      'galley plugin uninstall shop --deactivate',
      'galley plugin uninstall shop --deactivate --drop-data',
      'galley plugin uninstall --all --exclude=shop --deactivate',
    ],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      const { active } = await find(site);
      const drop = options['drop-data'] === true;
      if (drop && options['keep-data'])
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'Data are either kept or dropped.');
      const names = removalOrder(site, chosenNames(site, args.name, options));
      if (!drop && names.length > 0 && !(await context.output.confirm(`Remove ${names.join(', ')}?`))) return 1;
      return each(names, { site, ...context }, async (name) => {
        if (site.plugins.need(name).isFirstParty)
          throw new GalleyError(
            'GALLEY_PLUGIN_INVALID',
            `"${name}" comes with Galley; it can be deactivated, not removed.`,
          );
        if (active.has(name) && !options.deactivate)
          throw new GalleyError(
            'GALLEY_PLUGIN_INVALID',
            `"${name}" is active. Deactivate it first, or add --deactivate.`,
          );
        const data = drop ? await site.pluginChanges.dataOf(name) : { tables: [], options: [] };
        if (drop) {
          for (const table of data.tables) context.output.info(`The table ${table} goes, with all that is in it.`);
          for (const option of data.options) context.output.info(`The option ${option} goes.`);
          if (!(await context.output.confirm(`Remove ${name} and its data for good?`)))
            return { status: 'failed', message: `"${name}" was left as it was.` };
        }
        return wordsOf(await site.pluginChanges.remove(name, { drop, options: data.options }));
      });
    },
  }),

  'plugin delete': defineCommand({
    summary: 'Removes the files of plugins that are not active. Their data stay.',
    arguments: [NAMES],
    needs: 'services',
    async run({ site, args, ...context }) {
      const { active } = await find(site);
      if (!(await context.output.confirm(`Remove the files of ${args.name.join(', ')}?`))) return 1;
      return each(removalOrder(site, args.name), { site, ...context }, async (name) => {
        if (!site.plugins.get(name)) return { status: 'unchanged', message: `"${name}" is not installed.` };
        if (active.has(name))
          throw new GalleyError('GALLEY_PLUGIN_INVALID', `"${name}" is active. Deactivate it first.`);
        return wordsOf(await site.pluginChanges.remove(name, { drop: false, options: [] }));
      });
    },
  }),
};
