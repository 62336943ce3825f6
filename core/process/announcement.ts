import type { Site } from '../kernel/site.ts';

/** Where people reach a server that listens on `address`: never `0.0.0.0`. */
function reachable(site: Site, address: string): string {
  const url = site.config.http.url || address.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
  return url.replace(/\/$/, '');
}

/** The set-up link, or what was made instead of it. */
async function setUp(site: Site, base: string): Promise<string[]> {
  const outcome = await site.setup.begin();
  if (outcome.state === 'created') return [`  User    ${outcome.login}, with the password of GALLEY_ADMIN_PASSWORD`];
  if (outcome.state === 'ready') return [];
  const hours = site.config.security.setupLinkHours;
  return [
    `  Set-up  ${base}${outcome.link.path}`,
    `          Choose name and password there, once, within ${hours} hours.`,
  ];
}

/** What is told to whoever started the site: where it is, and how to set it up where it is new. */
export async function announcement(site: Site, address: string | undefined): Promise<string[]> {
  if (address === undefined) return ['  It runs jobs and cron, and serves no pages.'];
  const base = reachable(site, address);
  return [`  Site    ${base}/`, `  Admin   ${base}/admin`, ...(await setUp(site, base))];
}
