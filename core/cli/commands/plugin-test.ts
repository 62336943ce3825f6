import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { cp, realpath, rm, stat, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { linkPublicApi } from '../../kernel/plugin-link.ts';
import type { PluginInfo } from '../../kernel/plugins.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { type CommandContext, defineCommand } from '../../services/commands.ts';
import { makeScratch } from '../../services/scratch.ts';
import { type Done, each, find } from './plugin-report.ts';

const TESTS = '**/*.test.{ts,js,mjs}';

/**
 * Brings an installed plugin into a folder of its own, under its name: versions never change, and a test looks for the
 * plugin beside itself.
 */
async function copied(site: Site, { name, directory }: PluginInfo, scratch: string): Promise<string> {
  const [from, to] = [await realpath(directory), join(scratch, name)];
  await cp(from, to, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const packages = join(from, 'node_modules');
  if (await stat(packages).catch(() => undefined)) await symlink(packages, join(to, 'node_modules'), 'dir');
  await linkPublicApi(scratch, site.root);
  return to;
}

/** Runs tests, and tells line by line what they say: it is no result of the command. */
async function runTests(
  directory: string,
  files: readonly string[],
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
): Promise<number> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', ...files], {
    cwd: directory,
    env: { ...env, GALLEY_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => output.info(line));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

async function testOne(site: Site, name: string, context: Pick<CommandContext, 'output' | 'signal'>): Promise<Done> {
  const plugin = site.plugins.get(name);
  const scratch = makeScratch('test');
  try {
    const isInstalled = plugin !== undefined && !plugin.isFirstParty;
    const directory = isInstalled ? await copied(site, plugin, scratch) : (plugin?.directory ?? resolve(name));
    if (!(await stat(join(directory, 'package.json')).catch(() => undefined)))
      throw new GalleyError('GALLEY_PLUGIN_UNKNOWN', `There is no plugin "${name}", and no folder with one.`);
    const files = globSync(TESTS, { cwd: directory, exclude: ['node_modules', '**/node_modules'] }).sort();
    if (files.length === 0) return { status: 'failed', message: `"${name}" has no tests, so they prove nothing.` };
    const code = await runTests(directory, files, context);
    return code === 0
      ? { status: 'passed', message: `The tests of "${name}" passed.` }
      : { status: 'failed', message: `The tests of "${name}" failed.` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The command that runs the tests that plugins bring. */
export const testCommands = {
  'plugin test': defineCommand({
    summary: 'Runs the tests that plugins bring, on this Node and this version of Galley.',
    description:
      'Each test starts sites of its own with startTestSite; nothing of this site is touched. Ends with 1 where one fails, or where a plugin has no tests.',
    arguments: [{ name: 'plugin', summary: 'Names of plugins that are there, or folders.', many: true }],
    examples: ['galley plugin test shop', 'galley plugin test ./reading-time'],
    needs: 'services',
    async run({ site, args, ...context }) {
      await find(site);
      return each(args.plugin, { site, ...context }, (name) => testOne(site, name, context));
    },
  }),
};
