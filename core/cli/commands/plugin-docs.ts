import { defineCommand } from '../../services/commands.ts';

export const docsCommands = {
  'plugin docs': defineCommand({
    summary: 'Prints a reference for authors of plugins as Markdown.',
    arguments: [
      {
        name: 'what',
        summary: 'The doors of `site`, or what contained plugins ask for.',
        choices: ['doors', 'capabilities'],
      },
    ],
    examples: ['galley plugin docs doors > docs/registries.md'],
    async run({ site, args, output }) {
      const { doorDocs } = await import('../door-docs.ts');
      const { capabilityDocs } = await import('../capability-docs.ts');
      output.value(args.what === 'doors' ? await doorDocs(site.root) : capabilityDocs(site));
    },
  }),
};
