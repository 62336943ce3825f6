import { join } from 'node:path';
import { defineCommand } from '../../services/commands.ts';
import { capsCommands } from './plugin-caps.ts';
import { commands as checking } from './plugin-check.ts';
import { docsCommands } from './plugin-docs.ts';
import { installCommands } from './plugin-install.ts';
import { newCommands } from './plugin-new.ts';
import { publishCommands } from './plugin-publish.ts';
import { removeCommands } from './plugin-remove.ts';
import { find, toRow } from './plugin-report.ts';
import { searchCommands } from './plugin-search.ts';
import { statusCommands } from './plugin-status.ts';
import { switchCommands } from './plugin-switch.ts';
import { testCommands } from './plugin-test.ts';
import { updateCommands } from './plugin-update.ts';
import { watchCommands } from './plugin-watch.ts';

const FIELDS = ['name', 'status', 'tier', 'version', 'title', 'origin'];

export const commands = {
  ...checking,
  ...switchCommands,
  ...installCommands,
  ...removeCommands,
  ...updateCommands,
  ...searchCommands,
  ...newCommands,
  ...publishCommands,
  ...watchCommands,
  ...docsCommands,
  ...capsCommands,
  ...statusCommands,
  ...testCommands,

  'plugin list': defineCommand({
    summary: 'Lists the plugins that are there.',
    options: { status: { type: 'text', summary: 'Only these.', choices: ['active', 'inactive', 'failed'] } },
    needs: 'services',
    async run({ site, options, output }) {
      const choice = await find(site);
      const rows = site.plugins
        .list()
        .map((plugin) => toRow(plugin, choice))
        .filter((row) => !options.status || row['status'] === options.status);
      const isAnyLeftOut = rows.some((row) => row['breakers'] !== '');
      output.table(rows, { fields: isAnyLeftOut ? [...FIELDS, 'breakers'] : FIELDS, id: 'name' });
      for (const problem of site.plugins.problems) output.warn(problem);
    },
  }),

  'plugin get': defineCommand({
    summary: 'Shows a plugin.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args, output }) {
      const choice = await find(site);
      output.item(toRow(site.plugins.need(args.name), choice), { id: 'name' });
    },
  }),

  'plugin is-active': defineCommand({
    summary: 'Ends with 0 where the plugin is active, else with 1.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args }) {
      return (await find(site)).active.has(args.name) ? 0 : 1;
    },
  }),

  'plugin is-installed': defineCommand({
    summary: 'Ends with 0 where the plugin is there, else with 1.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args }) {
      await find(site);
      return site.plugins.get(args.name) ? 0 : 1;
    },
  }),

  'plugin path': defineCommand({
    summary: 'Prints the folder of a plugin, or the one that plugins are installed to.',
    arguments: [{ name: 'name', summary: 'Its name.', optional: true }],
    needs: 'services',
    async run({ site, args, output }) {
      await find(site);
      output.value(
        args.name === undefined ? join(site.config.content.dir, 'plugins') : site.plugins.need(args.name).directory,
      );
    },
  }),
};
