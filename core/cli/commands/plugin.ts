import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { commands as checking } from './plugin-check.ts';
import { docsCommands } from './plugin-docs.ts';
import { installCommands } from './plugin-install.ts';
import { publishCommands } from './plugin-publish.ts';
import { removeCommands } from './plugin-remove.ts';
import { find, toRow } from './plugin-report.ts';
import { searchCommands } from './plugin-search.ts';
import { switchCommands } from './plugin-switch.ts';
import { updateCommands } from './plugin-update.ts';
import { watchCommands } from './plugin-watch.ts';

const FIELDS = ['name', 'status', 'tier', 'version', 'title', 'origin'];

/** The files of a new plugin. */
function scaffold(name: string, title: string): Record<string, string> {
  const manifest = {
    name,
    version: '0.1.0',
    description: '',
    license: 'MIT',
    private: true,
    type: 'module',
    main: 'index.ts',
    galley: { title, requires: ['posts'] },
  };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'index.ts': `import { definePlugin } from 'galley';\nimport { addReadingTime } from './reading-time.ts';\n\nexport default definePlugin((site) => {\n  site.hooks.addFilter('entries:presenting', addReadingTime);\n});\n`,
    'reading-time.ts': `import type { PresentedEntry } from 'galley';\n\nconst WORDS_PER_MINUTE = 230;\n\n/** Adds the reading time to all entries of a page. */\nexport function addReadingTime(entries: PresentedEntry[]): PresentedEntry[] {\n  return entries.map((entry) => ({ ...entry, minutes: Math.max(1, Math.ceil(entry.wordCount / WORDS_PER_MINUTE)) }));\n}\n`,
    [`${name}.test.ts`]: `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { dirname } from 'node:path';\nimport { startTestSite } from 'galley/testing';\n\ntest('the plugin is set up and the site is served', async () => {\n  const { site, inject, stop } = await startTestSite({ plugins: ['posts', '${name}'], pluginFolders: [dirname(import.meta.dirname)] });\n  try {\n    assert.equal(site.plugins.get('${name}')?.state, 'active');\n    assert.equal((await inject({ url: '/' })).statusCode, 200);\n  } finally {\n    await stop();\n  }\n});\n`,
    'README.md': `# ${title}\n\nWhat the plugin does, in a sentence.\n`,
  };
}

export const commands = {
  ...checking,
  ...switchCommands,
  ...installCommands,
  ...removeCommands,
  ...updateCommands,
  ...searchCommands,
  ...publishCommands,
  ...watchCommands,
  ...docsCommands,

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

  'plugin new': defineCommand({
    summary: 'Makes a plugin to begin with, with its test.',
    arguments: [{ name: 'name', summary: 'Lower-case letters, digits and "-".' }],
    options: { title: { type: 'text', summary: 'What people call it.' } },
    examples: ['galley plugin new reading-time --title="Reading time"'],
    needs: 'config',
    async run({ config, args, options, output }) {
      if (!/^[a-z][a-z0-9-]{0,62}$/.test(args.name))
        throw new GalleyError(
          'GALLEY_COMMAND_USAGE',
          `"${args.name}" cannot name a plugin: lower-case letters, digits and "-".`,
        );
      const folder = join(config.content.dir, 'plugins', args.name);
      await mkdir(dirname(folder), { recursive: true });
      await mkdir(folder).catch(() => {
        throw new GalleyError('GALLEY_PLUGIN_INVALID', `${folder} is there already.`);
      });
      const title = options.title ?? args.name.replaceAll('-', ' ').replace(/^./, (letter) => letter.toUpperCase());
      for (const [file, text] of Object.entries(scaffold(args.name, title))) await writeFile(join(folder, file), text);
      output.info(`Activate it with: galley plugin activate ${args.name}`);
      output.value(folder);
    },
  }),
};
