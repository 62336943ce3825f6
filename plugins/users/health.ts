import { ADMINISTRATOR, type Site, SYSTEM } from 'galley';

/** What the check `users` says. */
interface UsersHealth {
  status: 'ok' | 'degraded';
  message?: string;
}

/** Looks whether somebody can administer the site, and whether all who can have chosen their own password. */
export async function checkUsers(site: Site): Promise<UsersHealth> {
  const administrators = await site.users.list({ role: ADMINISTRATOR, status: 'active', limit: 100 }, SYSTEM);
  if (administrators.length === 0) {
    return {
      status: 'degraded',
      message: 'There is no administrator yet. Open the set-up link that the start printed.',
    };
  }
  const waiting = administrators.filter(({ mustChangePassword }) => mustChangePassword);
  if (waiting.length === 0) return { status: 'ok' };
  return { status: 'degraded', message: `${waiting.length} administrator(s) have not chosen a password of their own.` };
}
