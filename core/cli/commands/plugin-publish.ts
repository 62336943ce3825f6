import { resolve } from 'node:path';
import { defineCommand } from '../../services/commands.ts';
import { packPlugin } from '../../services/packages/pack.ts';
import { makePublisherKey, readPublisherKey } from '../../services/packages/publisher-key.ts';

/** Commands for who publishes plugins. */
export const publishCommands = {
  'plugin pack': defineCommand({
    summary: 'Packs a plugin into one archive and prints its digest.',
    arguments: [{ name: 'directory', summary: 'The folder of the plugin.' }],
    options: {
      out: { type: 'text', summary: 'The folder for the archive.', default: '.' },
      key: { type: 'text', summary: "The publisher's key that signs it." },
    },
    examples: ['galley plugin pack ./shop --out=./dist --key=publisher.pem'],
    needs: 'none',
    async run({ args, options, output }) {
      const key = options.key === undefined ? undefined : await readPublisherKey(options.key);
      const { manifest, ...packed } = await packPlugin(resolve(args.directory), resolve(options.out), key);
      output.item({ name: manifest.name, version: manifest.version, ...packed }, { id: 'file' });
    },
  }),

  'plugin key': defineCommand({
    summary: "Makes a publisher's key, or shows the public half of one.",
    arguments: [
      { name: 'verb', summary: 'new or show.', choices: ['new', 'show'] },
      { name: 'file', summary: 'The file of the key; publisher.pem where it is not given.', optional: true },
    ],
    examples: ['galley plugin key new', 'galley plugin key show publisher.pem'],
    needs: 'none',
    async run({ args, output }) {
      const file = resolve(args.file ?? 'publisher.pem');
      const key = args.verb === 'new' ? await makePublisherKey(file) : (await readPublisherKey(file)).key;
      if (args.verb === 'new') output.info(`Keep ${file} to yourself: who has it can publish in your name.`);
      output.item({ file, key }, { id: 'key' });
    },
  }),
};
