import { defineCommand } from '../../services/commands.ts';
import { hookDocs } from '../hook-docs.ts';

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

  'hook docs': defineCommand({
    summary: 'Prints all hooks of the kernel and of the active plugins as Markdown.',
    examples: ['galley hook docs > docs/hooks.md'],
    run: ({ site, output }) => output.value(hookDocs(site.hooks.list())),
  }),
};
