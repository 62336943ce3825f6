import type { Site } from 'galley';
import { PLUGIN_JOB, SEND_JOB } from './mail.ts';

/** The jobs by which mails go out. */
export const MAIL_JOBS = [SEND_JOB, 'mail:reset', 'mail:invitation', PLUGIN_JOB];
const COUNTED = 100;

/** Whether mails go out. The server itself is not asked: `galley mail test` does that. */
export async function checkMail(site: Site): Promise<{ status: 'ok' | 'degraded'; message: string }> {
  const failed = await site.jobs.count({ state: 'failed', names: MAIL_JOBS }, COUNTED);
  if (failed > 0)
    return { status: 'degraded', message: `Mails that could not be sent: ${failed}. See "galley mail list".` };
  const { url, folder } = site.config.mail;
  if (site.hooks.hasFilter('mail:sending')) return { status: 'ok', message: 'A plugin sends the mails.' };
  if (url !== '') return { status: 'ok', message: `Mails go out by ${new URL(url).host}.` };
  if (folder === '') return { status: 'ok', message: 'No mail is sent: SMTP_URL is not set.' };
  const isLive = site.config.environment.name === 'production';
  return {
    status: isLive ? 'degraded' : 'ok',
    message: `Mails are written to files in ${folder}, and nobody gets them.`,
  };
}
