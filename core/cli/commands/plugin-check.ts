import { resolve } from 'node:path';
import { defineCommand } from '../../services/commands.ts';
import type { Finding } from '../review/finding.ts';

export const commands = {
  'plugin check': defineCommand({
    summary: 'Reads plugins as a reviewer would, without running them. Ends with 1 where an error was found.',
    description:
      'Looks at the manifest, hooks that nobody defines or that are fired in loops, capabilities that nobody defines, imports from outside, icons that the admin has not, migrations that cannot be undone, texts without translation, and size.',
    arguments: [{ name: 'plugin', summary: 'Folders, or names of plugins that are there.', many: true }],
    examples: ['galley plugin check ./reading-time', 'galley plugin check posts --format=json'],
    async run({ site, args, output }) {
      const { needFolder, reviewPlugin } = await import('../review/plugin-review.ts');
      const { coreTexts } = await import('../text-parts.ts');
      let core: ReturnType<typeof coreTexts> | undefined;
      const rows: (Finding & { plugin: string })[] = [];
      for (const name of args.plugin) {
        const directory = site.plugins.get(name)?.directory ?? resolve(name);
        await needFolder(directory);
        core ??= coreTexts(site);
        for (const finding of await reviewPlugin(site, directory, core)) rows.push({ plugin: name, ...finding });
      }
      if (rows.length > 0) output.table(rows, { fields: ['level', 'plugin', 'file', 'line', 'message'], id: 'file' });
      const errors = rows.filter(({ level }) => level === 'error').length;
      if (errors === 0) output.success(rows.length > 0 ? 'No errors.' : 'Nothing to complain of.');
      else output.warn(`${errors === 1 ? '1 error was' : `${errors} errors were`} found; correct what the list names.`);
      return errors > 0 ? 1 : 0;
    },
  }),
};
