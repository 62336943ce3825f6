import { ADMINISTRATOR, type Site } from 'galley';
import type { Mail } from './mail.ts';
import { peopleWho } from './recipients.ts';

const REASON_MAX = 500;

type Failures = Readonly<Record<string, { reason: string; at: number }>>;

/** Tells those who may do something about it that the site has switched a plugin off. */
export function addPluginNotices(site: Site, mail: Mail): void {
  site.hooks.addAction('option:saved', async ({ name, value, previous }) => {
    if (name !== 'plugin_failures' || !mail.canSend()) return;
    const known = (previous ?? {}) as Failures;
    const fresh = Object.entries((value ?? {}) as Failures).filter(([plugin, { at }]) => known[plugin]?.at !== at);
    if (fresh.length === 0) return;
    const people = (await peopleWho(site, 'activate_plugins')).filter(({ roles }) => roles.includes(ADMINISTRATOR));
    for (const [plugin, { reason }] of fresh)
      for (const { id } of people)
        await mail.send({
          to: id,
          template: 'plugin-off',
          data: { plugin, reason: reason.slice(0, REASON_MAX), link: '/admin/plugins' },
        });
  });
}
