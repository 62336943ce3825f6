import { messageOf } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { autoUpdated, setAutoUpdate } from '../../services/packages/auto-updates.ts';
import type { PlannedPlugin } from '../../services/packages/plugin-plan.ts';
import { findUpdate } from '../../services/packages/plugin-updates.ts';
import { heedRevocations } from '../../services/packages/revocation-acts.ts';
import { type PluginObjection, renewObjections } from '../../services/packages/revocations.ts';
import { differenceOf, differenceWords } from '../../services/packages/verify.ts';
import { consentBy, isOrdinary, questionsOf, wordsOf } from './plugin-install.ts';
import { type Done, each, find, installed, NAMES } from './plugin-report.ts';
import { ALL, chosenNames, MANY } from './plugin-switch.ts';

/** What an update would do, as the update itself would find it out. */
function wouldBe(name: string, previous: string, plan: readonly PlannedPlugin[]): Done {
  const found = plan.find(({ manifest }) => manifest.name === name);
  if (!found) {
    const message = `"${name}" ${previous} is what its source has.`;
    return { status: 'unchanged', message, version: previous, previous };
  }
  const { version } = found.manifest;
  const isOther = plan.some(({ publisherChanges }) => publisherChanges.length > 0);
  const message = `"${name}" would be updated from ${previous} to ${version}${isOther ? ', but only with --accept-key-change' : ''}.`;
  return { status: 'available', message, version, previous };
}

/** Commands that keep plugins current. */
export const updateCommands = {
  'plugin update': defineCommand({
    summary: 'Updates plugins from where they came.',
    description:
      'Each new version is tried in a process of its own, switched with one rename, and taken back where the site does ' +
      'not serve with it. Only what it wants to be allowed besides is asked.',
    arguments: [MANY],
    options: {
      ...ALL,
      minor: { type: 'boolean', summary: 'To no new major version.' },
      patch: { type: 'boolean', summary: 'To corrections only.' },
      to: { type: 'text', summary: 'To this version, also an older one.' },
      'dry-run': { type: 'boolean', summary: 'Says only what would be done.' },
      auto: { type: 'boolean', summary: 'Those for which auto-update is on, and nothing out of the ordinary.' },
      'accept-key-change': { type: 'boolean', summary: 'Even where it comes from somebody else than before.' },
    },
    examples: ['galley plugin update --all --minor', 'galley plugin update shop --to=1.4.2'],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      const names = options.auto ? await autoUpdated(site) : chosenNames(site, args.name, options);
      const within = options.patch ? 'patch' : options.minor ? 'minor' : undefined;
      return each(names, { site, ...context }, async (name): Promise<Done> => {
        site.plugins.need(name);
        const update = { within, version: options.to } as const;
        const { current, target, source, isOpen, reasons } = await findUpdate(site, name, update);
        for (const reason of reasons) context.output.info(reason);
        const facts = { version: target ?? current, previous: current };
        if (target === undefined && !isOpen)
          return { ...facts, status: 'unchanged', message: `"${name}" ${current} is the newest that can be had.` };
        if (options['dry-run']) {
          const plan = await site.pluginChanges.plan([{ source }], { signal: context.signal, update });
          const lines = plan.flatMap(questionsOf);
          if (lines.length > 0) context.output.info(lines.join('\n'));
          return wouldBe(name, current, plan);
        }
        const [outcome] = await site.pluginChanges.install([{ source }], {
          replace: true,
          update,
          acceptKeyChange: options['accept-key-change'] === true,
          consent: options.auto ? async (plan) => isOrdinary(plan) : consentBy(context.output, options.to),
          signal: context.signal,
        });
        return wordsOf(outcome ?? { name, status: 'unchanged', ...facts });
      });
    },
  }),

  'plugin outdated': defineCommand({
    summary: 'Lists plugins of which there is a newer version.',
    description:
      'Asks the registry too what it took back: what does harm is switched off, as every six hours, where the registry is signed and plugins.revoked does not say otherwise.',
    needs: 'services',
    async run({ site, output }) {
      await find(site);
      const rows: object[] = [];
      const { objections, switchedOff } = await heedRevocations(site);
      for (const { name, reason } of switchedOff) output.warn(`The site switched "${name}" off. ${reason}`);
      for (const name of Object.keys(await site.pluginChanges.lock.read())) {
        const latest = await findUpdate(site, name);
        const against = objections.filter((one) => one.name === name).map(({ text }) => text);
        if (latest.target === undefined && latest.reasons.length + against.length === 0) continue;
        const { target: minor } = await findUpdate(site, name, { within: 'minor' });
        const { current: version, target = '', reasons } = latest;
        rows.push({ name, version, minor: minor ?? '', latest: target, note: [...against, ...reasons].join(' ') });
      }
      output.table(rows, { fields: ['name', 'version', 'minor', 'latest', 'note'], id: 'name' });
    },
  }),

  'plugin verify': defineCommand({
    summary:
      'Compares the files of plugins with those that were installed, and asks the registry whether they were revoked.',
    description:
      'What it finds changed is put in its place again by installing the same version with --force: galley plugin install shop@1.2.0 --force. Data stay.',
    arguments: [MANY],
    options: ALL,
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      const objections = await renewObjections(site).catch((error: unknown): PluginObjection[] => {
        context.output.warn(`The registry cannot say what was revoked. ${messageOf(error)}`);
        return [];
      });
      return each(chosenNames(site, args.name, options), { site, ...context }, async (name) => {
        const { version } = site.plugins.need(name);
        const revoked = objections.find((one) => one.name === name && one.isRevoked);
        if (revoked) return { status: 'failed', message: revoked.text, version };
        const difference = await differenceOf(site, name);
        if (!difference)
          return { status: 'verified', message: `"${name}" ${version} is as it was installed.`, version };
        const words = differenceWords(difference, (await site.pluginChanges.lock.read())[name]);
        const message = `"${name}" ${version} is not as plugins.lock.json says. ${words}`;
        return { status: 'failed', message, version };
      });
    },
  }),

  'plugin auto-update': defineCommand({
    summary: 'Lets plugins be updated at night, or shows which are.',
    arguments: [
      { name: 'verb', summary: 'What to do.', choices: ['enable', 'disable', 'status'] },
      { ...NAMES, optional: true },
    ],
    options: ALL,
    examples: ['galley plugin auto-update enable shop', 'galley plugin auto-update status'],
    needs: 'services',
    async run({ site, args, options, ...context }) {
      await find(site);
      if (args.verb === 'status') {
        const on = new Set(await autoUpdated(site));
        const names = args.name?.length ? args.name : installed(site);
        const rows = names.map((name) => ({ name, status: on.has(name) ? 'enabled' : 'disabled' }));
        context.output.table(rows, { fields: ['name', 'status'], id: 'name' });
        return 0;
      }
      const isOn = args.verb === 'enable';
      const word = isOn ? 'enabled' : 'disabled';
      return each(chosenNames(site, args.name, options), { site, ...context }, async (name) => {
        if (isOn) site.plugins.need(name);
        return (await setAutoUpdate(site, name, isOn))
          ? { status: word, message: `Updates of "${name}" by night are ${word}.` }
          : { status: 'unchanged', message: `Updates of "${name}" by night are ${word} already.` };
      });
    },
  }),
};
