import type { Site } from 'galley';
import { type Mail, PLUGIN_JOB, type QueuedMail, SEND_JOB } from './mail.ts';

const TARGET = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    {
      type: 'object',
      required: ['name', 'address'],
      additionalProperties: false,
      properties: { name: { type: 'string' }, address: { type: 'string' } },
    },
  ],
};

const DATA = {
  type: 'object',
  required: ['to', 'template', 'sealed'],
  additionalProperties: false,
  properties: {
    to: TARGET,
    template: { type: 'string' },
    plugin: { type: 'string' },
    sealed: { type: 'string' },
  },
};

/** Defines the jobs that send: again for about an hour while the server is down, then it stays among the failed. */
export function defineSendJobs(site: Site, mail: Mail): void {
  const summaries = { [SEND_JOB]: 'Sends a mail.', [PLUGIN_JOB]: 'Sends a mail of a contained plugin.' };
  for (const [name, summary] of Object.entries(summaries))
    site.jobs.define(name, {
      summary,
      schema: DATA,
      attempts: 8,
      backoffMs: 30_000,
      timeoutMs: 120_000,
      run: (_site, job) => mail.sendQueued(job.data as QueuedMail, job.id),
    });
}
