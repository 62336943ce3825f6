import { type CommandContext, defineCommand } from '../../services/commands.ts';
import { changeRights, revokedRights } from '../../services/plugin-rights.ts';
import { capabilityWords } from '../capability-words.ts';
import { find } from './plugin-report.ts';

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** Commands about what contained plugins may do. */
export const capsCommands = {
  'plugin caps': defineCommand({
    summary: 'Lists what a contained plugin may do, takes it away, or gives it back.',
    description:
      'What is taken stays so through updates, until it is given back. A call without the right ends with ' +
      'GALLEY_PERMISSION_DENIED for the plugin; running processes follow at once.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    options: {
      revoke: { type: 'text', summary: 'Takes these capabilities from it, separated by commas.' },
      grant: { type: 'text', summary: 'Gives these back; only what its manifest asks for.' },
    },
    examples: ['galley plugin caps events', 'galley plugin caps events --revoke=content:write:post,fetch:example.org'],
    needs: 'services',
    async run({ site, args: { name }, options, output }: CommandContext & { args: { name: string } }) {
      await find(site);
      const { capabilities } = site.plugins.need(name);
      const change = { revoke: listOf(options['revoke'] as string), grant: listOf(options['grant'] as string) };
      if (change.revoke.length > 0 || change.grant.length > 0) {
        await changeRights(site, name, change);
        if ((await site.pluginChoice.tierOf(name)) === 'trusted')
          output.warn(`"${name}" is trusted: it runs in the site itself, where it can do without asking.`);
      }
      const revoked = await revokedRights(site, name);
      const rows = capabilities.map((capability) => ({
        capability,
        status: revoked.includes(capability) ? 'revoked' : 'granted',
        means: capabilityWords(capability),
      }));
      output.table(rows, { fields: ['capability', 'status', 'means'], id: 'capability' });
    },
  }),
};
