import { defineCommand } from '../../services/commands.ts';
import { RegistryReader } from '../../services/packages/registry-reader.ts';
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
      const words = (args.words ?? []).map((word) => word.toLowerCase());
      const rows = (await new RegistryReader(site).list())
        .filter(({ name, title, description }) => {
          const text = `${name} ${title} ${description}`.toLowerCase();
          return words.every((word) => text.includes(word));
        })
        .map((line) => ({ ...line, installed: site.plugins.get(line.name)?.version ?? '' }));
      output.table(rows, { fields: ['name', 'title', 'version', 'owner', 'installed'], id: 'name' });
    },
  }),

  'plugin why': defineCommand({
    summary: 'Says why a plugin is there: who requires it, where it came from, who switched it on.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args, output }) {
      const { active } = await find(site);
      const { name, provides, isFirstParty } = site.plugins.need(args.name);
      const locked = (await site.pluginChanges.lock.read())[name];
      const gives = [name, ...provides];
      const rows = site.plugins.list().flatMap((plugin) =>
        plugin.requires
          .filter((need) => gives.includes(need))
          .map((need) => ({
            by: plugin.name,
            status: active.has(plugin.name) ? 'active' : 'inactive',
            reason: `requires "${need}"`,
          })),
      );
      const origin = isFirstParty
        ? 'comes with Galley'
        : locked
          ? `was installed from ${locked.source}`
          : 'lies in the folder of plugins';
      const isDefault = site.config.plugins.default.includes(name);
      const chosen = !active.has(name)
        ? 'is not switched on'
        : isDefault
          ? 'is one of plugins.default'
          : 'was switched on by an administrator';
      const own = [origin, chosen].map((reason) => ({
        by: '',
        status: active.has(name) ? 'active' : 'inactive',
        reason,
      }));
      output.table([...own, ...rows], { fields: ['by', 'status', 'reason'], id: 'by' });
    },
  }),
};
