import { defineCommand } from '../../services/commands.ts';
import { reasonsOf } from '../../services/packages/plugin-reasons.ts';
import { find } from './plugin-report.ts';

/** Commands that look things up about plugins. */
export const searchCommands = {
  'plugin search': defineCommand({
    summary: 'Looks for plugins in the registry.',
    arguments: [
      {
        name: 'words',
        summary: 'Words of name, title and description; all plugins where none is given.',
        many: true,
        optional: true,
      },
    ],
    needs: 'services',
    async run({ site, args, output }) {
      await find(site);
      const found = await (await site.pluginChanges.registry()).search(args.words ?? []);
      const rows = found.map((line) => ({ ...line, installed: site.plugins.get(line.name)?.version ?? '' }));
      output.table(rows, { fields: ['name', 'title', 'version', 'owner', 'installed'], id: 'name' });
    },
  }),

  'plugin why': defineCommand({
    summary: 'Says why a plugin is there: who requires it, where it came from, who switched it on.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args, output }) {
      await find(site);
      output.table(await reasonsOf(site, args.name), { fields: ['by', 'status', 'reason'], id: 'by' });
    },
  }),
};
