import type { Site } from '../../kernel/site.ts';
import { type CommandContext, defineCommand } from '../../services/commands.ts';
import { packagesText } from '../../services/packages/npm-lock.ts';
import type { ChangeOutcome } from '../../services/packages/plugin-changes.ts';
import type { PlannedPlugin, WantedPlugin } from '../../services/packages/plugin-plan.ts';
import { parseSource, readSource } from '../../services/packages/source.ts';
import { type Done, each, find, installed, NAMES } from './plugin-report.ts';

type Output = CommandContext['output'];

/**
 * What people are asked before plugins are installed. Nothing is asked where nothing is out of the ordinary.
 * @param version what somebody asked for by its number: an older one is only told
 */
export function consentBy(output: Output, version?: string): (plan: readonly PlannedPlugin[]) => Promise<boolean> {
  return async (plan) => {
    const lines = plan.flatMap(questionsOf);
    const back = plan.filter(({ isOlder }) => isOlder);
    if (lines.length === 0 && back.every(({ manifest }) => manifest.version === version)) {
      for (const plugin of back) output.info(olderWords(plugin));
      return true;
    }
    lines.push(...back.map(olderWords));
    output.info(lines.join('\n'));
    return output.confirm(`Install ${plan.map(({ manifest }) => manifest.name).join(', ')}?`);
  };
}

/** Whether nothing of a plan has to be asked: no more rights, nobody new, nothing besides. */
export function isOrdinary(plan: readonly PlannedPlugin[]): boolean {
  return plan.every((plugin) => !plugin.isOlder && questionsOf(plugin).length === 0);
}

const olderWords = ({ manifest: { name, version }, installed }: PlannedPlugin): string =>
  `This is a downgrade: "${name}" is installed in version ${installed}, and ${version} is older. Holes that were closed since then are open again, and what the newer one has stored may not fit.`;

/** What has to be asked about a plugin that is to come. */
export function questionsOf({
  manifest,
  neededBy,
  asksFor,
  installed: before,
  publisherChanges,
}: PlannedPlugin): string[] {
  const { name, version } = manifest;
  const what = `"${name}" ${version}`;
  const asks = before === undefined ? 'asks to be allowed' : 'asks to be allowed what it was not before';
  return [
    ...(neededBy === undefined ? [] : [`${what} is installed too, because "${neededBy}" requires it.`]),
    ...(asksFor.length === 0 ? [] : [`${what} ${asks}: ${asksFor.join(', ')}.`]),
    ...publisherChanges.map((change) => `${what} comes from somebody else than before: ${change}.`),
  ];
}

/** What became of plugins, in a sentence each. */
export function wordsOf({ name, status, version, previous, notes = [] }: ChangeOutcome, isActivated = false): Done {
  const messages: Record<ChangeOutcome['status'], string> = {
    installed: isActivated
      ? `Installed and activated "${name}" ${version}.`
      : `Installed "${name}" ${version}. Activate it with: galley plugin activate ${name}`,
    updated: `Updated "${name}" from ${previous} to ${version}.`,
    reinstalled: `"${name}" ${version} was put in its place again. Its data stayed.`,
    unchanged: `"${name}" ${version} is installed already.`,
    declined: `"${name}" was left as it was.`,
    'rolled back': `"${name}" is ${version} again.`,
    removed: `Removed "${name}".`,
  };
  return {
    status: status === 'declined' ? 'failed' : status,
    message: [messages[status], ...notes].join(' '),
    version,
    previous,
    isLive: ['updated', 'reinstalled', 'rolled back'].includes(status) || (status === 'installed' && isActivated),
  };
}

/** Those of the lock file that are not here as it says. */
async function missing(site: Site): Promise<{ name: string; wanted: WantedPlugin }[]> {
  const { lock, versions } = site.pluginChanges;
  const wanted: { name: string; wanted: WantedPlugin }[] = [];
  for (const [name, locked] of Object.entries(await lock.read())) {
    const id = await versions.current(name);
    const here = id === undefined ? undefined : (await versions.record(name, id)).entry;
    const isSame = here?.tree === locked.tree && packagesText(here.packages) === packagesText(locked.packages);
    if (!isSame) wanted.push({ name, wanted: { source: parseSource(locked.source), locked } });
  }
  return wanted;
}

/** Commands that install plugins. */
export const installCommands = {
  'plugin install': defineCommand({
    summary: 'Installs plugins, and what they require.',
    description:
      'A source is a name in the registry (shop, shop@^2), a folder, a zip or tar file, its address, a repository ' +
      '(git+https://…#tag), or a package of npm (npm:shop@1). Nothing of it runs before it is switched on.',
    arguments: [{ name: 'source', summary: 'Names, paths or addresses.', many: true }],
    options: {
      activate: { type: 'boolean', summary: 'Activates it too.' },
      force: {
        type: 'boolean',
        summary:
          'Replaces an installed version, which is kept for a rollback. The same version is fetched and put in its place again, for files that were changed; data stay.',
      },
      integrity: { type: 'text', summary: 'sha512-… that the archive must have.' },
      'accept-key-change': { type: 'boolean', summary: 'Even where it comes from somebody else than before.' },
    },
    examples: [
      'galley plugin install reading-time@^1.2 --activate',
      'galley plugin install shop-1.2.0.zip',
      'galley plugin install git+https://example.org/shop.git#v1.2.0',
      'galley plugin install shop@1.2.0 --force',
    ],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      return each(args.source, { site, ...context }, async (text) => {
        const source = await readSource(text);
        const [outcome, ...needed] = await site.pluginChanges.install([{ source, integrity: options.integrity }], {
          replace: options.force === true,
          again: options.force === true,
          activate: options.activate === true,
          acceptKeyChange: options['accept-key-change'] === true,
          consent: consentBy(context.output),
          signal: context.signal,
        });
        if (!outcome) throw new Error('Nothing was installed.');
        for (const more of needed) context.output.info(wordsOf(more, options.activate).message);
        if (options.activate && outcome.status === 'unchanged') await site.pluginChoice.choose(outcome.name);
        return { name: outcome.name, ...wordsOf(outcome, options.activate) };
      });
    },
  }),

  'plugin rollback': defineCommand({
    summary: 'Puts the versions back that plugins had before they were replaced.',
    arguments: [NAMES],
    needs: 'services',
    async run({ site, args, ...context }) {
      await find(site);
      return each(args.name, { site, ...context }, async (name) =>
        wordsOf(await site.pluginChanges.rollBack(name, { signal: context.signal })),
      );
    },
  }),

  'plugin sync': defineCommand({
    summary: 'Installs what plugins.lock.json says: the same versions with the same files.',
    description: 'Plugins that were installed here and are not in the lock file are named and stay.',
    needs: 'services',
    async run({ site, ...context }) {
      await find(site);
      const locked = await site.pluginChanges.lock.read();
      for (const name of installed(site))
        if (!locked[name]) context.output.info(`"${name}" is installed and is not in plugins.lock.json.`);
      const wanted = new Map((await missing(site)).map((one) => [one.name, one.wanted]));
      return each(Object.keys(locked), { site, ...context }, async (name) => {
        const one = wanted.get(name);
        const { version = '' } = locked[name] ?? {};
        if (!one) return { status: 'unchanged', message: `"${name}" ${version} is as the lock file says.`, version };
        // Whoever wrote the lock file has agreed to what it names.
        const options = { replace: true, consent: async () => true, signal: context.signal };
        const [outcome] = await site.pluginChanges.install([one], options);
        return wordsOf(outcome ?? { name, status: 'unchanged', version, previous: '' });
      });
    },
  }),
};
