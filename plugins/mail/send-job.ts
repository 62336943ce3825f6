import type { JobRun, Site } from 'galley';
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
  const further = {
    schema: DATA,
    attempts: 8,
    backoffMs: 30_000,
    timeoutMs: 120_000,
    run: (_site: Site, job: JobRun) => mail.sendQueued(job.data as QueuedMail, job.id),
  };
  site.jobs.define(SEND_JOB, { summary: 'Sends a mail.', ...further });
  site.jobs.define(PLUGIN_JOB, { summary: 'Sends a mail of a contained plugin.', ...further });
}
