import { json } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { jobProgress } from './job-view.ts';
import { readerLanguage } from './language.ts';

const MAX = 50;
const QUERY = {
  type: 'object',
  required: ['ids'],
  additionalProperties: false,
  properties: { ids: { type: 'string', maxLength: 800, pattern: '^\\d{1,15}(,\\d{1,15})*$' } },
};

/** What scripts ask to show how far jobs are: each sees his own, administrators all. */
export function addJobRoutes(site: Site): void {
  site.routes.get(
    '/admin/api/jobs',
    { authenticated: true, area: 'admin', schema: { query: QUERY }, summary: 'How far jobs are.' },
    async (context) => {
      const { viewer, query } = context;
      const ids = [...new Set(String(query['ids']).split(',').map(Number))].slice(0, MAX);
      const language = await readerLanguage(context);
      const messages = (await site.admin.views.texts()).for(language);
      const reader = { language, t: messages.translate.bind(messages) };
      const found = await Promise.all(ids.map((id) => site.jobs.get(id)));
      const seesAll = viewer.can('manage_options');
      const jobs = found.filter(
        (job) => job !== undefined && (seesAll || (viewer.id !== null && job.userId === viewer.id)),
      );
      return json(
        { jobs: jobs.flatMap((job) => (job ? [jobProgress(job, reader)] : [])) },
        { headers: { 'cache-control': 'private, no-store' } },
      );
    },
  );
}
