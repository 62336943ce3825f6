import { ADMINISTRATOR, type Site } from 'galley';
import type { Mail } from './mail.ts';
import { peopleWho } from './recipients.ts';

const REASON_MAX = 500;

type Kept = Readonly<Record<string, { reason: string; at: number; act?: string }>>;

/** The mail that tells of what is kept in an option, and what of it is told. */
const NOTICES: Readonly<Record<string, { template: string; isTold(kept: Kept[string]): boolean }>> = {
  plugin_failures: { template: 'plugin-off', isTold: () => true },
  // Of what was switched off for it the other mail tells.
  plugin_revocation_acts: { template: 'plugin-revoked', isTold: ({ act }) => act === 'told' },
};

/** Tells those who may do something about it that the site has switched a plugin off, or that one was revoked. */
export function addPluginNotices(site: Site, mail: Mail): void {
  site.hooks.addAction('option:saved', async ({ name, value, previous }) => {
    const notice = Object.hasOwn(NOTICES, name) ? NOTICES[name] : undefined;
    if (!notice || !mail.canSend()) return;
    const known = (previous ?? {}) as Kept;
    const fresh = Object.entries((value ?? {}) as Kept).filter(
      ([plugin, kept]) => known[plugin]?.at !== kept.at && notice.isTold(kept),
    );
    if (fresh.length === 0) return;
    const people = (await peopleWho(site, 'activate_plugins')).filter(({ roles }) => roles.includes(ADMINISTRATOR));
    for (const [plugin, { reason }] of fresh)
      for (const { id } of people)
        await mail.send({
          to: id,
          template: notice.template,
          data: { plugin, reason: reason.slice(0, REASON_MAX), link: '/admin/plugins' },
        });
  });
}
