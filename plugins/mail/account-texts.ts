import type { Mail } from './mail.ts';
import type { MailTemplate } from './template.ts';

const LINK = { label: 'The link', example: '/admin/reset', isLink: true } as const;

/** The mails of Galley itself, which everybody gets whom they are about. */
const MAIL_TEXTS = {
  reset: {
    title: 'New password',
    intro: 'Goes to whoever asks for a link to choose a new password.',
    subject: 'A new password for {site}',
    text: 'Hello {name},\n\nsomebody asked for a new password for your account at {site}. If it was you, choose one here:\n\n{link}\n\nThe link works once and for {minutes} minutes. If it was not you, there is nothing to do: your password stays as it is.',
    places: {
      link: LINK,
      minutes: { label: 'For how many minutes the link works', example: '30' },
    },
  },
  invitation: {
    title: 'Invitation',
    intro: 'Goes to a new person, with a link to choose the first password.',
    subject: 'Your account at {site}',
    text: 'Hello {name},\n\n{by} made an account at {site} for you. Your login is {login}. Choose a password here:\n\n{link}\n\nThe link works once and for {hours} hours. After that, ask for a new one with “Forgotten password”.',
    places: {
      link: LINK,
      login: { label: 'The login', example: 'ada' },
      by: { label: 'The name of whoever invites', example: 'Grace Hopper' },
      hours: { label: 'For how many hours the link works', example: '24' },
    },
  },
  'password-changed': {
    title: 'The password was changed',
    intro: 'Goes to the person, so that nobody changes a password unseen.',
    subject: 'Your password at {site} was changed',
    text: 'Hello {name},\n\nthe password of your account at {site} has just been changed, and you were logged out everywhere else.\n\nIf that was not you, choose a new one at once:\n\n{link}',
    places: { link: { ...LINK, example: '/admin/forgot' } },
  },
  'email-changed': {
    title: 'The e-mail address was changed',
    intro: 'Goes to the old address and to the new one.',
    subject: 'Your e-mail address at {site} was changed',
    text: 'Hello {name},\n\nthe e-mail address of your account at {site} has just been changed. Mails go to the new one from now on.\n\nIf that was not you, tell an administrator of the site at once:\n\n{link}',
    places: { link: { ...LINK, example: '/' } },
  },
} satisfies Record<string, MailTemplate>;

/** Defines the mails about accounts. */
export function defineAccountMails({ templates }: Mail): void {
  for (const [name, template] of Object.entries(MAIL_TEXTS)) templates.define(name, template);
}
