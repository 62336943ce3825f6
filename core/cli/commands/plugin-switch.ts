import type { PluginTier } from '../../kernel/plugins.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { acceptRevoked } from '../../services/packages/revocation-acts.ts';
import { removalOrder } from '../../services/plugin-removal-order.ts';
import { type Done, each, find, installed, NAMES } from './plugin-report.ts';

/** The argument of commands that may be about all plugins. */
export const MANY = { ...NAMES, optional: true } as const;
/** The options of commands that may be about all plugins. */
export const ALL = {
  all: { type: 'boolean', summary: 'All that were installed.' },
  exclude: { type: 'list', summary: 'But not these.' },
} as const;

/** The plugins that a command is about. @throws GALLEY_COMMAND_USAGE where it is about none */
export function chosenNames(
  site: Site,
  names: readonly string[] | undefined,
  { all, exclude = [] }: { all?: boolean | undefined; exclude?: readonly string[] | undefined },
): string[] {
  const chosen = all ? installed(site) : [...new Set(names ?? [])];
  if (!all && chosen.length === 0) throw new GalleyError('GALLEY_COMMAND_USAGE', 'Name plugins, or add --all.');
  return chosen.filter((name) => !exclude.includes(name));
}

async function activate(site: Site, name: string, tier?: PluginTier): Promise<Done> {
  const isMoved = tier !== undefined && (await site.pluginChoice.setTier(name, tier));
  const isSwitched = await site.pluginChoice.activate(name);
  if (isSwitched) return { status: 'activated', message: `Activated "${name}".`, isLive: true };
  return isMoved
    ? { status: 'moved', message: `"${name}" is ${tier} from now on.`, isLive: true }
    : { status: 'unchanged', message: `"${name}" is active already.` };
}

async function deactivate(site: Site, name: string): Promise<Done> {
  site.plugins.need(name);
  return (await site.pluginChoice.deactivate(name))
    ? { status: 'deactivated', message: `Deactivated "${name}".`, isLive: true }
    : { status: 'unchanged', message: `"${name}" is not active.` };
}

/** Commands that switch plugins on and off. */
export const switchCommands = {
  'plugin activate': defineCommand({
    summary: 'Switches plugins on.',
    arguments: [MANY],
    options: {
      ...ALL,
      contained: { type: 'boolean', summary: 'Lets it run in the plugin host, with no rights but those it declares.' },
      trusted: { type: 'boolean', summary: 'Lets it run in the site itself, with all its rights.' },
      force: { type: 'boolean', summary: 'Also where the registry says that it is not to be run any more.' },
      reason: { type: 'text', summary: 'Why, for the audit log; with --force.' },
    },
    examples: [
      'galley plugin activate social-card --contained',
      'galley plugin activate shop --force --reason="We run it with its patch."',
    ],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      if (options.contained && options.trusted)
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'A plugin is either contained or trusted.');
      const { reason } = options;
      if (options.force && !reason) throw new GalleyError('GALLEY_COMMAND_USAGE', 'Say why, with --reason="…".');
      const tier = options.contained ? 'contained' : options.trusted ? 'trusted' : undefined;
      return each(chosenNames(site, args.name, options), { site, ...context }, async (name) => {
        if (options.force && reason) await acceptRevoked(site, name, reason);
        return activate(site, name, tier);
      });
    },
  }),

  'plugin deactivate': defineCommand({
    summary: 'Switches plugins off; their data stay.',
    arguments: [MANY],
    options: ALL,
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      const names = removalOrder(site, chosenNames(site, args.name, options));
      return each(names, { site, ...context }, (name) => deactivate(site, name));
    },
  }),

  'plugin retry': defineCommand({
    summary: 'Lets plugins be asked again in hooks that they were left out of because they failed.',
    arguments: [NAMES],
    options: { hook: { type: 'text', summary: 'Only in this hook.' } },
    examples: ['galley plugin retry shop', 'galley plugin retry shop --hook=view:page'],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      return each(args.name, { site, ...context }, async (name) => {
        site.plugins.need(name);
        const hooks = await site.breakers.close(name, options.hook);
        return hooks.length > 0
          ? { status: 'retried', message: `"${name}" is asked again in ${hooks.join(', ')}, within seconds.` }
          : { status: 'unchanged', message: `"${name}" is left out of no ${options.hook ? 'such ' : ''}hook.` };
      });
    },
  }),

  'plugin toggle': defineCommand({
    summary: 'Switches those off that are on, and on that are off.',
    arguments: [NAMES],
    needs: 'services',
    async run({ site, args, ...context }) {
      const { active } = await find(site);
      return each(args.name, { site, ...context }, (name) =>
        active.has(name) ? deactivate(site, name) : activate(site, name),
      );
    },
  }),
};
