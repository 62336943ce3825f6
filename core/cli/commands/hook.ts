import type { HookInfo, HookName } from '../../kernel/hooks.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { defineCommand } from '../../services/commands.ts';
import { hookDocs } from '../hook-docs.ts';
import { shortDifference } from '../short-difference.ts';

/** @throws GALLEY_HOOK_UNKNOWN with a suggestion */
function needHook(site: Site, name: string): HookInfo {
  const hooks = site.hooks.list();
  const hook = hooks.find((one) => one.name === name);
  if (hook) return hook;
  const hint = didYouMean(
    name,
    hooks.map((one) => one.name),
  );
  throw new GalleyError('GALLEY_HOOK_UNKNOWN', `There is no hook "${name}".${hint}`);
}

export const commands = {
  'hook list': defineCommand({
    summary: 'Lists the hooks, who fires them and who listens.',
    arguments: [{ name: 'pattern', summary: 'Only hooks whose name has this in it.', optional: true }],
    options: { listeners: { type: 'boolean', summary: 'One line for each listener.' } },
    examples: ['galley hook list entry:', 'galley hook list --listeners --format=json'],
    async run({ site, args, options, output }) {
      const breakers = new Map((await site.breakers.list()).map((one) => [`${one.plugin} ${one.hook}`, one]));
      const hooks = site.hooks.list().filter(({ name }) => name.includes(args.pattern ?? ''));
      if (!options.listeners) {
        const rows = hooks.map(({ name, kind, definedBy, listeners, summary }) => ({
          name,
          kind,
          owner: definedBy,
          listeners: listeners.length,
          breakers: [...new Set(listeners.map(({ owner }) => owner))]
            .filter((owner) => breakers.has(`${owner} ${name}`))
            .join(', '),
          summary,
        }));
        output.table(rows, { fields: ['name', 'kind', 'owner', 'listeners', 'breakers', 'summary'], id: 'name' });
        return;
      }
      const rows = hooks.flatMap(({ name, kind, listeners }) =>
        listeners.map(({ owner, priority, callback }) => {
          const breaker = breakers.get(`${owner} ${name}`);
          const { state = 'closed', failures = 0, error = '' } = breaker ?? {};
          return { name, kind, priority, owner, function: callback.name, state, failures, error };
        }),
      );
      output.table(rows, {
        fields: ['name', 'priority', 'owner', 'function', 'state', 'failures', 'error'],
        id: 'name',
      });
    },
  }),

  'hook trace': defineCommand({
    summary: 'Makes a page and shows what each listener of a hook did, in order.',
    description:
      'Shows plugin, priority and time of each call, and for filters what it changed in the value. The page is made as a visitor gets it, past the page cache. Ends with 1 where the hook was not fired.',
    arguments: [{ name: 'hook', summary: 'Its name.' }],
    examples: ['galley hook trace view:page', 'galley hook trace entries:presenting --url=/about/ --format=json'],
    async run({ site, args, session, output }) {
      const hook = needHook(site, args.hook);
      const firedBefore = site.hooks.didAction(hook.name as HookName);
      const { status, profile } = await site.http.profile(session.page, { hook: hook.name });
      const fired = site.hooks.didAction(hook.name as HookName) - firedBefore;
      const isFilter = hook.kind === 'filter' || hook.kind === 'filterSync';
      const calls = profile.calls.filter((call) => call.hook === hook.name);
      const rows = calls.map(({ owner, priority, ms, error = '', before = '', after = '' }, index) => ({
        call: index + 1,
        plugin: owner,
        priority,
        ms: Number(ms.toFixed(2)),
        change: isFilter && error === '' ? shortDifference(before, after) : '',
        error,
      }));
      output.table(rows, { fields: ['call', 'plugin', 'priority', 'ms', 'change', 'error'], id: 'plugin' });
      output.info(`${session.page} answered ${status}; "${hook.name}" was fired ${fired} times.`);
      return fired > 0 ? 0 : 1;
    },
  }),

  'hook docs': defineCommand({
    summary: 'Prints all hooks of the kernel and of the active plugins as Markdown.',
    examples: ['galley hook docs > docs/hooks.md'],
    run: ({ site, output }) => output.value(hookDocs(site.hooks.list())),
  }),
};
