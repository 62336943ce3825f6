import { defineCommand } from '../../services/commands.ts';

export const commands = {
  'cache flush': defineCommand({
    summary: 'Empties the object cache and the page cache.',
    description:
      'Running servers are reached through Redis; without it a server keeps the cache in its own memory until it is restarted.',
    needs: 'services',
    async run({ site, output }) {
      await site.cache.flush();
      const { redis } = site.cache.stats();
      if (redis !== 'up') output.warn('There is no Redis, so other processes keep what they have in memory.');
      output.success('The cache is empty.');
    },
  }),

  'cache stats': defineCommand({
    summary: 'Shows what the cache of this process holds and where the shared one is.',
    needs: 'services',
    run({ site, output }) {
      output.item(site.cache.stats());
    },
  }),
};
