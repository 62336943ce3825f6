import { join } from 'node:path';
import { definePlugin } from 'galley';
import { defineAccountMails } from './account-texts.ts';
import { addAccountMails } from './accounts.ts';
import { defineHooks } from './hooks.ts';
import { Mail } from './mail.ts';
import { defineSendJob } from './send-job.ts';

export type { MailMessage, MailOptions } from './mail.ts';
export type { MailTemplate } from './template.ts';

declare module 'galley' {
  interface Services {
    mail: Mail;
  }
}

export default definePlugin((site) => {
  defineHooks(site);
  const mail = new Mail(site);
  site.services.provide('mail', mail);
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  defineSendJob(site, mail);
  defineAccountMails(mail);
  addAccountMails(site, mail);
});
