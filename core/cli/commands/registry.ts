import { resolve } from 'node:path';
import { defineCommand } from '../../services/commands.ts';
import { readPublisherKey } from '../../services/packages/publisher-key.ts';
import { buildRegistry } from '../../services/packages/registry-build.ts';

export const commands = {
  'registry build': defineCommand({
    summary: 'Makes a registry of static files out of a folder of plugins, or adds to one.',
    description:
      'The result is JSON and archives that any web server can give out. What was released before stays in it. ' +
      'Sites look there once the setting plugins.registry has its address.',
    arguments: [{ name: 'folder', summary: 'A folder with plugins, each in a folder of its own.' }],
    options: {
      out: { type: 'text', summary: 'The folder of the registry.', required: true },
      key: { type: 'text', summary: "The publisher's key that signs what is added." },
    },
    examples: ['galley registry build ./plugins --out=./public --key=publisher.pem'],
    needs: 'none',
    async run({ args, options, output }) {
      const key = options.key === undefined ? undefined : await readPublisherKey(options.key);
      const published = await buildRegistry({ folder: resolve(args.folder), out: resolve(options.out), key });
      output.table(published, { fields: ['name', 'version', 'status'], id: 'name' });
    },
  }),
};
