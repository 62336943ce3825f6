// Runs in the cluster of bench/faults.ts only: anybody may write there.
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { definePlugin, json, type Site, SYSTEM } from 'galley';

const WORK_MS = 20;

interface Write {
  key: string;
  job: string;
}

/** A post and a job that is declared unique, both or none of them. */
async function write(site: Site, { key, job }: Write): Promise<number> {
  return await site.database.transaction(async () => {
    const draft = { type: 'post', status: 'publish', title: `Probe ${key}`, slug: `probe-${key}` } as const;
    const entry = await site.entries.save(draft, { viewer: SYSTEM });
    // Late enough for whoever wants the same at the same time.
    await site.jobs.enqueue('fault-probe', { job }, { unique: job, delayMs: 2_000 });
    return entry.id;
  });
}

/** What this process holds, after it has thrown away what nobody needs. */
function memory(): object {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

export default definePlugin((site) => {
  site.jobs.define('fault-probe', {
    summary: 'Notes that it ran.',
    attempts: 50,
    async run(own, { id, data }) {
      await pause(WORK_MS);
      const { job } = data as Pick<Write, 'job'>;
      await own.database.insert('probe_runs', { job_id: id, job, pid: process.pid, ended_at: Date.now() });
    },
  });
  const text = { type: 'string', pattern: '^[a-z0-9-]{1,60}$' } as const;
  const body = { type: 'object', required: ['key', 'job'], properties: { key: text, job: text } } as const;
  site.routes.get('/fault-probe/memory', { public: true, area: 'api' }, () => json(memory()));
  // As any page reads, from whichever node is asked.
  site.routes.get('/fault-probe/:key', { public: true, area: 'api' }, async ({ params }) => {
    const slug = `probe-${params['key']}`;
    const found = await site.database.read('entries').select('id').where({ type: 'post', slug }).first();
    return json({}, { status: found ? 200 : 404 });
  });
  site.routes.post('/fault-probe', { public: true, csrf: 'signed', area: 'api', schema: { body } }, async (context) =>
    json({ id: await write(site, context.body as Write) }, { status: 201 }),
  );
});
