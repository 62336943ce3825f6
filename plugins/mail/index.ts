import { join } from 'node:path';
import { definePlugin } from 'galley';
import { defineAccountMails } from './account-texts.ts';
import { addAccountMails } from './accounts.ts';
import { addMailCommands } from './cli.ts';
import { addCommentNotices } from './comment-notices.ts';
import { addContainedCall } from './contained-call.ts';
import { containedWords } from './contained-words.ts';
import { addEntryNotices, addWorkflowNotices } from './entry-notices.ts';
import { checkMail } from './health.ts';
import { defineHooks } from './hooks.ts';
import { Mail } from './mail.ts';
import { defineNotices } from './notice-texts.ts';
import { addPluginNotices } from './plugin-notices.ts';
import { addScreens } from './screens.ts';
import { defineSendJobs } from './send-job.ts';
import { defineSettings } from './settings.ts';

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
  site.assets.folder('mail', join(import.meta.dirname, 'assets'));
  defineSendJobs(site, mail);
  defineAccountMails(mail);
  defineNotices(mail);
  defineSettings(site);
  addAccountMails(site, mail);
  addEntryNotices(site, mail);
  addPluginNotices(site, mail);
  addContainedCall(site, mail);
  site.contained.adapters.set('mail:writing', containedWords);
  addScreens(site, mail);
  addMailCommands(site, mail);
  site.hooks.addAction('site:ready', () => {
    // What these tell of is there only with the plugins that do it.
    if (site.services.find('comments')) addCommentNotices(site, mail);
    if (site.plugins.get('workflow')?.state === 'active') addWorkflowNotices(site, mail);
  });
  site.health.define('mail', () => checkMail(site));
});
