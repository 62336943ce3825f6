import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findPlugins } from '../../boot.ts';
import type { PluginInfo } from '../../kernel/plugins.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { type CommandOutput, defineCommand } from '../../services/commands.ts';
import { commands as checking } from './plugin-check.ts';

const NAMES = { name: 'name', summary: 'Names of plugins.', many: true } as const;
const FIELDS = ['name', 'status', 'tier', 'version', 'title', 'origin'];

/** What the site runs, and why it switched plugins off by itself. */
interface Choice {
  active: ReadonlySet<string>;
  reasons: ReadonlyMap<string, string>;
}

/** These commands set up no plugin: they must work when a plugin is what is broken. */
async function find(site: Site): Promise<Choice> {
  await site.migrations.up({ owner: 'core' });
  await findPlugins(site, {});
  const failures = await site.pluginChoice.failures();
  return {
    active: new Set(await site.pluginChoice.active()),
    reasons: new Map(failures.map(({ name, reason }) => [name, reason])),
  };
}

function toRow(plugin: PluginInfo, { active, reasons }: Choice): Record<string, unknown> {
  const { name, version, title, description, requires, directory, isFirstParty, tier, capabilities } = plugin;
  return {
    name,
    status: active.has(name) ? 'active' : reasons.has(name) ? 'failed' : 'inactive',
    tier,
    version,
    title,
    origin: isFirstParty ? 'Galley' : 'installed',
    reason: reasons.get(name) ?? '',
    description,
    requires: requires.join(', '),
    capabilities: capabilities.join(', '),
    directory,
  };
}

const RESTART = 'A running site takes it over within seconds.';

/** Does the same to many plugins; says of each how it went, and fails when one did. */
async function each(
  names: readonly string[],
  output: CommandOutput,
  work: (name: string) => Promise<string>,
): Promise<number> {
  let failed = 0;
  for (const name of names) {
    try {
      output.success(await work(name));
    } catch (error) {
      failed++;
      output.warn(error instanceof GalleyError ? error.message : String(error));
    }
  }
  return failed > 0 ? 1 : 0;
}

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
      output.table(rows, { fields: FIELDS, id: 'name' });
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

  'plugin activate': defineCommand({
    summary: 'Switches plugins on.',
    arguments: [NAMES],
    options: {
      contained: { type: 'boolean', summary: 'Lets it run in the plugin host, with no rights but those it declares.' },
      trusted: { type: 'boolean', summary: 'Lets it run in the site itself, with all its rights.' },
    },
    examples: ['galley plugin activate social-card --contained'],
    needs: 'services',
    async run({ site, args, options, output }) {
      await find(site);
      if (options.contained && options.trusted)
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'A plugin is either contained or trusted.');
      const tier = options.contained ? 'contained' : options.trusted ? 'trusted' : undefined;
      return each(args.name, output, async (name) => {
        const isMoved = tier !== undefined && (await site.pluginChoice.setTier(name, tier));
        const isSwitched = await site.pluginChoice.activate(name);
        if (isSwitched) return `Activated "${name}". ${RESTART}`;
        return isMoved ? `"${name}" is ${tier} from now on. ${RESTART}` : `"${name}" is active already.`;
      });
    },
  }),

  'plugin deactivate': defineCommand({
    summary: 'Switches plugins off; their data stay.',
    arguments: [NAMES],
    needs: 'services',
    async run({ site, args, output }) {
      await find(site);
      return each(args.name, output, async (name) => {
        site.plugins.need(name);
        return (await site.pluginChoice.deactivate(name))
          ? `Deactivated "${name}". ${RESTART}`
          : `"${name}" is not active.`;
      });
    },
  }),

  'plugin install': defineCommand({
    summary: 'Installs plugins from folders or zip files.',
    arguments: [{ name: 'source', summary: 'Paths of folders or of zip files.', many: true }],
    options: {
      activate: { type: 'boolean', summary: 'Activates it too.' },
      force: { type: 'boolean', summary: 'Replaces an installed version; that is kept for a rollback.' },
      integrity: { type: 'text', summary: 'sha512-… that the zip file must have.' },
    },
    examples: ['galley plugin install ./reading-time --activate', 'galley plugin install shop-1.2.0.zip'],
    needs: 'services',
    async run({ site, args, options, output }) {
      await find(site);
      return each(args.source, output, async (path) => {
        const { manifest } = await site.packages.installPlugin({
          from: path,
          replace: options.force === true,
          ...(options.integrity ? { integrity: options.integrity } : {}),
        });
        if (!options.activate)
          return `Installed "${manifest.name}" ${manifest.version}. Activate it with: galley plugin activate ${manifest.name}`;
        await site.plugins.discover([{ directory: dirname(manifest.directory), isFirstParty: false }]);
        await site.pluginChoice.activate(manifest.name);
        return `Installed and activated "${manifest.name}" ${manifest.version}. ${RESTART}`;
      });
    },
  }),

  'plugin uninstall': defineCommand({
    summary: 'Removes the files of plugins. Their data stay in the store.',
    arguments: [NAMES],
    options: { deactivate: { type: 'boolean', summary: 'Deactivates it first.' } },
    needs: 'services',
    async run({ site, args, options, output }) {
      const { active } = await find(site);
      if (!(await output.confirm(`Remove ${args.name.join(', ')}?`))) return 1;
      return each(args.name, output, async (name) => {
        if (active.has(name) && !options.deactivate)
          throw new GalleyError(
            'GALLEY_PLUGIN_INVALID',
            `"${name}" is active. Deactivate it first, or add --deactivate.`,
          );
        if (site.plugins.get(name)?.isFirstParty)
          throw new GalleyError(
            'GALLEY_PLUGIN_INVALID',
            `"${name}" comes with Galley; it can be deactivated, not removed.`,
          );
        await site.pluginChoice.deactivate(name);
        await site.packages.removePlugin(name);
        return `Removed "${name}".`;
      });
    },
  }),

  'plugin rollback': defineCommand({
    summary: 'Puts the version back that a plugin had before it was replaced.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    needs: 'services',
    async run({ site, args, output }) {
      const manifest = await site.packages.rollBackPlugin(args.name);
      output.success(`"${manifest.name}" is ${manifest.version} again. ${RESTART}`);
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
