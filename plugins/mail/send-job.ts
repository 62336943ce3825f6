import type { Site } from 'galley';
import { type Mail, type QueuedMail, SEND_JOB } from './mail.ts';

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

/** Defines the job that sends: again for about an hour while the server is down, then it stays among the failed. */
export function defineSendJob(site: Site, mail: Mail): void {
  site.jobs.define(SEND_JOB, {
    summary: 'Sends a mail.',
    schema: {
      type: 'object',
      required: ['to', 'template', 'sealed'],
      additionalProperties: false,
      properties: { to: TARGET, template: { type: 'string' }, sealed: { type: 'string' } },
    },
    attempts: 8,
    backoffMs: 30_000,
    timeoutMs: 120_000,
    concurrency: 2,
    run: (_site, job) => mail.sendQueued(job.data as QueuedMail, job.id),
  });
}
