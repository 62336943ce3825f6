import type { Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { says } from '../lib/told-texts.ts';
import { trustedRegistry } from '../services/packages/registry-trust.ts';
import { runningRevoked } from '../services/packages/revocation-acts.ts';

const SLOW_MS = 500;

/** The checks of the kernel's own parts: what the site cannot do without, and what it can. */
function addHealthChecks(site: Site): void {
  site.health.define('store', async () => {
    const ms = await site.database.ping();
    const down = site.database.nodes.filter(({ role }) => role === 'down');
    if (down.length > 0) {
      const list = down.map(({ address, reason }) => `${address} (${reason})`).join(', ');
      return { status: 'degraded', message: `Nodes of the store that are not used: ${list}.` };
    }
    return ms > SLOW_MS
      ? { status: 'degraded', message: `The store answers slowly: ${Math.round(ms)} ms.` }
      : { status: 'ok' };
  });
  site.health.define('cache', () => {
    const isDown = site.cache.stats().redis === 'down';
    return isDown
      ? { status: 'degraded', message: 'Redis does not answer; each process has a cache of its own until it does.' }
      : { status: 'ok' };
  });
  site.health.define('cron', async () => {
    const failing = (await site.cron.list()).filter((job) => job.lastError);
    return failing.length === 0
      ? { status: 'ok' }
      : { status: 'degraded', message: `Failed when they last ran: ${failing.map((job) => job.name).join(', ')}.` };
  });
  site.health.define('plugins', async () => {
    const failed = site.plugins.list().filter((plugin) => plugin.state === 'failed');
    const off = await site.pluginChoice.failures();
    const [broken, stopped] = [failed, off].map((list) => list.map(({ name }) => name).join(', '));
    if (broken && stopped)
      return {
        status: 'degraded',
        message: `Could not be set up: ${broken}. Switched off by the site: ${stopped}.`,
      };
    if (broken) return { status: 'degraded', message: `Could not be set up: ${broken}.` };
    return stopped ? { status: 'degraded', message: `Switched off by the site: ${stopped}.` } : { status: 'ok' };
  });
  site.health.define('registry', () => checkRegistry(site));
}

/** What the registry took back and still runs here, and whether what it says can be trusted. */
async function checkRegistry(site: Site): Promise<{ status: 'ok' | 'degraded'; message?: string }> {
  const running = (await runningRevoked(site)).map(({ name }) => name).join(', ');
  const { problem } = (await trustedRegistry(site, site.config.plugins.registry.replace(/\/+$/, ''))) ?? {};
  const words = [
    ...(running === '' ? [] : [says(`Revoked, and still running: ${running}.`)]),
    ...(problem === undefined ? [] : [problem]),
  ];
  return words.length === 0 ? { status: 'ok' } : { status: 'degraded', message: words.join(' ') };
}

export const healthChecksModule: Module = { name: 'health-checks', start: addHealthChecks };
