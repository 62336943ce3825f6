import { resolve } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { isPublicKey, type PublisherKey, readPublisherKey } from '../../services/packages/publisher-key.ts';
import { buildRegistry } from '../../services/packages/registry-build.ts';
import { describeKey, handOverKey, revoke } from '../../services/packages/registry-revoke.ts';
import { forgetRegistry, trustedRegistry } from '../../services/packages/registry-trust.ts';

const SIGNED = {
  'registry-key': {
    type: 'text',
    summary: 'The key of the registry, which signs what it takes back. Needed once one has signed that.',
  },
} as const;
const OUT = { out: { type: 'text', summary: 'The folder of the registry.', required: true }, ...SIGNED } as const;

/** The key in a file, where one is named. */
const keyIn = async (file: string | undefined): Promise<PublisherKey | undefined> =>
  file === undefined ? undefined : readPublisherKey(file);

/** The last moment of a day. */
function dayOf(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return `${text}T23:59:59Z`;
  throw new GalleyError('GALLEY_COMMAND_USAGE', `"${text}" is no day, such as 2027-12-31.`);
}

export const commands = {
  'registry build': defineCommand({
    summary: 'Makes a registry of static files out of a folder of plugins, or adds to one.',
    description:
      'The result is JSON and archives that any web server can give out. What was released before stays in it. ' +
      'Sites look there once the setting plugins.registry has its address.',
    arguments: [{ name: 'folder', summary: 'A folder with plugins, each in a folder of its own.' }],
    options: {
      ...OUT,
      key: { type: 'text', summary: "The publisher's key that signs what is added." },
    },
    examples: [
      'galley registry build ./plugins --out=./public --key=publisher.pem',
      'galley registry build ./plugins --out=./public --key=publisher.pem --registry-key=registry.pem',
    ],
    needs: 'none',
    async run({ args, options, output }) {
      const [key, registryKey] = [await keyIn(options.key), await keyIn(options['registry-key'])];
      const out = resolve(options.out);
      const published = await buildRegistry({ folder: resolve(args.folder), out, key, registryKey });
      output.table(published, { fields: ['name', 'version', 'status'], id: 'name' });
    },
  }),

  'registry revoke': defineCommand({
    summary: 'Says that versions or a key count no more, and why.',
    description:
      'Sites refuse to install what was revoked, and say in red where it is installed. What is harmful they switch off, where the registry is signed and they are not set otherwise. The archives stay, and it is not taken back.',
    arguments: [{ name: 'what', summary: 'shop@1.2.0, shop for all its versions, or a key: ed25519:…', many: true }],
    options: {
      ...OUT,
      reason: { type: 'text', summary: 'Why, in a sentence for administrators.', required: true },
      harmful: { type: 'boolean', summary: 'It does harm: it should not go on running anywhere.' },
    },
    examples: [
      'galley registry revoke shop@1.2.0 --out=./public --reason="It loses orders."',
      'galley registry revoke shop@1.2.0 --out=./public --registry-key=registry.pem --harmful --reason="It sends passwords elsewhere."',
    ],
    needs: 'none',
    async run({ args, options, output }) {
      const rows: object[] = [];
      const registryKey = await keyIn(options['registry-key']);
      const more = { registryKey, harmful: options.harmful };
      for (const what of args.what)
        for (const revoked of await revoke(resolve(options.out), what, options.reason, more))
          rows.push({ what: revoked, status: 'revoked' });
      output.table(rows, { fields: ['what', 'status'], id: 'what' });
    },
  }),

  'registry trust': defineCommand({
    summary: 'Shows by which key the registry of this site signs what it takes back, and whether that holds.',
    description:
      'The first key that signs is kept. Lists by another one, without a signature or older than the last are refused then, and nothing is installed from there. Ends with 1 where that is so.',
    options: {
      forget: { type: 'boolean', summary: 'Forgets the key and the list: the next ones that come are taken.' },
    },
    examples: ['galley registry trust', 'galley registry trust --forget'],
    needs: 'services',
    async run({ site, options, output }) {
      await site.migrations.up({ owner: 'core' });
      const registry = await site.pluginChanges.registry();
      const { address } = registry;
      if (options.forget && !(await forgetRegistry(site, address))) output.info('No key was known.');
      if (!options.forget) await registry.word();
      const { key = '', list, problem = '' } = (await trustedRegistry(site, address)) ?? {};
      const status = problem !== '' ? 'refused' : key === '' ? 'unsigned' : 'trusted';
      const facts = { registry: address, status, key, serial: list?.serial ?? '', at: list?.at ?? '', problem };
      output.item(facts, { id: 'registry' });
      return problem === '' ? 0 : 1;
    },
  }),

  'registry key': defineCommand({
    summary: "Says when a publisher's key ends, or which one follows it.",
    description:
      'What is released after the end of its key is refused, and sites say so a month before. A key that is followed by another one signs that itself: sites take the new one then as they took the old one.',
    arguments: [{ name: 'key', summary: 'The key: ed25519:…, or the file of it where another one is to follow.' }],
    options: {
      ...OUT,
      expires: { type: 'text', summary: 'The day on which it ends: 2027-12-31.' },
      next: { type: 'text', summary: 'The key that follows: ed25519:…' },
    },
    examples: [
      'galley registry key ed25519:… --out=./public --expires=2027-12-31',
      'galley registry key publisher.pem --next=ed25519:… --out=./public',
    ],
    needs: 'none',
    async run({ args, options, output }) {
      const { expires, next } = options;
      const out = resolve(options.out);
      if (expires === undefined && next === undefined)
        throw new GalleyError(
          'GALLEY_COMMAND_USAGE',
          'Say when it ends, with --expires, or which key follows, with --next.',
        );
      const registryKey = await keyIn(options['registry-key']);
      const own = isPublicKey(args.key) ? undefined : await readPublisherKey(args.key);
      if (next !== undefined) {
        if (!own) throw new GalleyError('GALLEY_COMMAND_USAGE', 'Name the file of the old key: it has to sign this.');
        await handOverKey(out, own, next, { registryKey });
      }
      const key = own?.key ?? args.key;
      if (expires !== undefined) await describeKey(out, key, { expires: dayOf(expires) }, { registryKey });
      output.item({ key, expires: expires ?? '', next: next ?? '' }, { id: 'key' });
    },
  }),
};
