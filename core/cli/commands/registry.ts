import { resolve } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { isPublicKey, readPublisherKey } from '../../services/packages/publisher-key.ts';
import { buildRegistry } from '../../services/packages/registry-build.ts';
import { describeKey, handOverKey, revoke } from '../../services/packages/registry-revoke.ts';

const OUT = { out: { type: 'text', summary: 'The folder of the registry.', required: true } } as const;

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

  'registry revoke': defineCommand({
    summary: 'Says that versions or a key count no more, and why.',
    description:
      'Sites refuse to install what was revoked, and say in red where it is installed. The archives stay, and it is not taken back.',
    arguments: [{ name: 'what', summary: 'shop@1.2.0, shop for all its versions, or a key: ed25519:…', many: true }],
    options: { ...OUT, reason: { type: 'text', summary: 'Why, in a sentence for administrators.', required: true } },
    examples: ['galley registry revoke shop@1.2.0 --out=./public --reason="It sends passwords elsewhere."'],
    needs: 'none',
    async run({ args, options, output }) {
      const rows: object[] = [];
      for (const what of args.what)
        for (const revoked of await revoke(resolve(options.out), what, options.reason))
          rows.push({ what: revoked, status: 'revoked' });
      output.table(rows, { fields: ['what', 'status'], id: 'what' });
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
      const own = isPublicKey(args.key) ? undefined : await readPublisherKey(args.key);
      if (next !== undefined) {
        if (!own) throw new GalleyError('GALLEY_COMMAND_USAGE', 'Name the file of the old key: it has to sign this.');
        await handOverKey(out, own, next);
      }
      const key = own?.key ?? args.key;
      if (expires !== undefined) await describeKey(out, key, { expires: dayOf(expires) });
      output.item({ key, expires: expires ?? '', next: next ?? '' }, { id: 'key' });
    },
  }),
};
