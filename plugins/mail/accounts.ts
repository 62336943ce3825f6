import { type Site, SYSTEM, type User, type UserSaved } from 'galley';
import type { Mail } from './mail.ts';
import { languageOf } from './recipients.ts';

const PURPOSE = 'password-reset';
/** So many links that work at the same time are enough: nobody fills the box of somebody else. */
const MAX_LINKS = 3;
const USER_DATA = {
  type: 'object',
  required: ['userId'],
  additionalProperties: false,
  properties: { userId: { type: ['integer', 'null'] }, by: { type: 'string', maxLength: 250 } },
};

interface Asked {
  userId: number | null;
  by?: string;
}

/**
 * Sends a link to choose a password. It is made here, in the moment in which it goes out, so that it stands in no
 * queue and no log; only its hash is kept.
 */
async function sendLink(site: Site, mail: Mail, template: 'reset' | 'invitation', asked: Asked): Promise<string> {
  const user = asked.userId === null ? undefined : await site.users.find(asked.userId);
  // For a name that nobody has there is a job too, which has nothing to do.
  if (user?.status !== 'active' || user.email === '') return 'There is nobody to send it to.';
  if ((await site.tokens.count(PURPOSE, user.id)) >= MAX_LINKS) return 'The person has links enough that work still.';
  const { token, expiresAt } = await site.passwordResets.start(user.id, SYSTEM);
  const minutes = Math.round((expiresAt - Date.now()) / 60_000);
  const data = {
    link: `/admin/reset?token=${token}`,
    minutes: String(minutes),
    hours: String(Math.round(minutes / 60)),
    login: user.login,
    by: asked.by ?? '',
  };
  return mail.sendNow({ to: user.id, template, data, expiresAt });
}

/** Tells a person of a changed password, and of a changed address at the old one and the new one. */
async function tellOfChange(site: Site, mail: Mail, { user, previous, changed }: UserSaved): Promise<void> {
  if (previous === null) return;
  if (changed.includes('password'))
    await mail.send({ to: user.id, template: 'password-changed', data: { link: '/admin/forgot' } });
  if (!changed.includes('email') || previous.email === user.email) return;
  const language = await languageOf(site, user.id);
  const to = [previous, user].filter(({ email }) => email !== '');
  for (const { name, email } of to)
    await mail.send({ to: { name, address: email }, template: 'email-changed', data: { link: '/' }, language });
}

/** Links for passwords, and what people hear of changes of their accounts. */
export function addAccountMails(site: Site, mail: Mail): void {
  const often = { schema: USER_DATA, attempts: 6, backoffMs: 15_000 };
  site.jobs.define('mail:reset', {
    summary: 'Sends a link to choose a new password.',
    ...often,
    run: (_site, job) => sendLink(site, mail, 'reset', job.data as Asked),
  });
  site.jobs.define('mail:invitation', {
    summary: 'Sends an invitation.',
    ...often,
    run: (_site, job) => sendLink(site, mail, 'invitation', job.data as Asked),
  });
  site.hooks.addAction('site:ready', () => {
    // Without any way to send, the page says so.
    if (!mail.canSend()) return;
    site.hooks.addAction('password-reset:requested', async ({ user }) => {
      await enqueue(site, 'mail:reset', { userId: user?.id ?? null });
    });
    site.hooks.addAction('user:invited', async ({ user, by }) => {
      // Whoever was here before is not welcomed again.
      const kind = user.lastLoginAt === null ? 'invitation' : 'reset';
      await enqueue(site, `mail:${kind}`, { userId: user.id, by: by.name });
    });
    site.hooks.addAction('user:saved', (saved) => tellOfChange(site, mail, saved));
  });
}

/** One of a kind at a time for each person. */
async function enqueue(site: Site, name: string, asked: Asked & { userId: User['id'] | null }): Promise<void> {
  await site.jobs.enqueue(name, asked, { unique: String(asked.userId ?? 'nobody'), priority: 10 });
}
