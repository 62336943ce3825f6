import { GalleyError, type Site } from 'galley';
import { type Mail, PLUGIN_JOB, PLUGIN_TEMPLATE, type QueuedMail } from './mail.ts';

const PER_HOUR = 20;
const HOUR_MS = 3_600_000;
const LOOKED_AT = 500;

/**
 * Lets contained plugins that ask for `mail:send` write to people of the site. They name them by id and learn neither an
 * address nor whether anybody got it; the words are plain text, and the mail says which plugin it comes from.
 */
export function addContainedCall(site: Site, mail: Mail): void {
  site.contained.calls.define('mail.send', {
    needs: 'mail:send',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['to', 'subject', 'text'],
      properties: {
        to: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        subject: { type: 'string', minLength: 1, maxLength: 150 },
        text: { type: 'string', minLength: 1, maxLength: 5000 },
      },
    },
    run: async ({ plugin }, args) => {
      await demandRoom(site, plugin);
      const title = site.plugins.get(plugin)?.title ?? plugin;
      const data = { subject: String(args['subject']), text: String(args['text']), plugin: title };
      await mail.send({ to: Number(args['to']), template: PLUGIN_TEMPLATE, data }, { plugin });
      return null;
    },
  });
}

/** Counted in the queue, so that all processes count together. @throws GALLEY_RATE_LIMITED */
async function demandRoom(site: Site, plugin: string): Promise<void> {
  const since = Date.now() - HOUR_MS;
  const recent = (await site.jobs.list({ name: PLUGIN_JOB, limit: LOOKED_AT })).filter((job) => job.createdAt > since);
  const own = recent.filter(({ data }) => (data as QueuedMail).plugin === plugin);
  if (own.length < PER_HOUR && recent.length < LOOKED_AT) return;
  throw new GalleyError(
    'GALLEY_RATE_LIMITED',
    `"${plugin}" has written ${PER_HOUR} mails within an hour. Wait a while.`,
  );
}
