import { once } from 'node:events';
import { GalleyError, type JobInfo, type Site } from 'galley';
import { MAIL_JOBS } from './health.ts';
import type { Mail, QueuedMail } from './mail.ts';

const FIELDS = ['id', 'kind', 'state', 'to', 'template', 'attempts', 'run_at', 'error'];
const STATES = ['failed', 'active', 'waiting', 'delayed'] as const;

/** A mail of the queue as a row: whom it goes to, never what it says. */
function toRow({ id, name, state, data, attempts, maxAttempts, runAt, error }: JobInfo): Record<string, unknown> {
  const { to, template, userId } = (data ?? {}) as Partial<QueuedMail> & { userId?: number | null };
  return {
    id,
    kind: name,
    state,
    to: typeof to === 'object' ? to.address : `user ${to ?? userId ?? 'nobody'}`,
    template: template ?? '',
    attempts: `${attempts}/${maxAttempts}`,
    run_at: new Date(runAt).toISOString(),
    error: error ?? '',
  };
}

/** `galley mail test | list`. */
export function addMailCommands(site: Site, mail: Mail): void {
  site.commands.define('mail test', {
    summary: 'Sends a mail at once, and says what the mail server answers.',
    arguments: [{ name: 'address', summary: 'Where to.' }],
    examples: ['galley mail test ada@example.org'],
    async run({ args, output, signal, site: target }) {
      if (!mail.canSend())
        throw new GalleyError('GALLEY_MAIL_UNAVAILABLE', 'There is no mail server. Set SMTP_URL, or mail.folder.');
      const title = await target.options.get<string>('title');
      const text = `${title} can send mail. Nothing else is to be done.`;
      signal.throwIfAborted();
      const sending = mail.sendNow({ to: args.address, subject: 'A test', text });
      // A server that says nothing is waited for no longer than whoever asked wants.
      const answer = await Promise.race([sending, once(signal, 'abort').then(() => signal.throwIfAborted())]);
      output.success(`Sent to ${args.address}: ${answer}`);
    },
  });

  site.commands.define('mail list', {
    summary: 'Lists mails that wait or failed. "galley job retry ID" tries one again.',
    options: { limit: { type: 'integer', min: 1, max: 500, default: 100, summary: 'At most so many of each state.' } },
    async run({ options, output, site: target }) {
      const lists = STATES.map((state) => target.jobs.list({ names: MAIL_JOBS, state, limit: options.limit }));
      output.table((await Promise.all(lists)).flat().map(toRow), { fields: FIELDS, id: 'id' });
    },
  });
}
