import type { Site } from '../kernel/site.ts';
import { isWithin, readNetworks } from './networks.ts';
import { notFound } from './reply.ts';
import type { Before } from './routes.ts';

/** Shows the admin only to the networks that the settings allow; to others it is not there. */
export function guardAdminNetwork(site: Site): Before | undefined {
  const { adminAllow, adminDeny } = site.config.security;
  if (adminAllow.length === 0 && adminDeny.length === 0) return undefined;
  const allowed = readNetworks('security.adminAllow', adminAllow);
  const denied = readNetworks('security.adminDeny', adminDeny);
  return (context, next) => {
    const isAllowed = adminAllow.length === 0 || isWithin(allowed, context.address);
    if (isAllowed && !isWithin(denied, context.address)) return next();
    site.log
      .child({ stream: 'security' })
      .warn(
        { event: 'admin network', address: context.address, path: context.path },
        'The admin was asked for from outside of its networks',
      );
    return notFound();
  };
}
