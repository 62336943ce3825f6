import type { DeclaredTable } from '../kernel/contained-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { PluginRecords } from '../services/plugin-records.ts';

/** What is known of the index of a table. */
interface TableIndex {
  /** The fields that it is made of. */
  fields: string;
  /** When it may be made; none where it is whole. */
  due?: number;
}

const OPTION = 'plugin_record_indexes';
const JOB = 'record-indexes';
const AT_ONCE = 200;
/** Processes of the version before go on saving for a while, and know nothing of new fields. */
const GRACE_MS = 60_000;

const fieldsOf = ({ fields }: DeclaredTable): string =>
  Object.keys(fields)
    .filter((name) => fields[name]?.['index'] === true)
    .sort()
    .join(' ');

/** The tables that plugins which run declare, by the name of the plugin and their own. */
function tablesOf({ plugins }: Site): Map<string, { plugin: string; name: string; table: DeclaredTable }> {
  const active = plugins.list().filter(({ state }) => state === 'active');
  return new Map(
    active.flatMap(({ name: plugin, contained }) =>
      Object.entries(contained?.tables ?? {}).map(
        ([name, table]) => [`${plugin}/${name}`, { plugin, name, table }] as const,
      ),
    ),
  );
}

const read = (site: Site): Promise<Record<string, TableIndex>> => site.options.get<Record<string, TableIndex>>(OPTION);

/** Looks which tables have other fields to be found by than when their index was made. */
async function look(site: Site): Promise<void> {
  const known = await read(site);
  const due = Date.now() + GRACE_MS;
  const changed = [...tablesOf(site)].filter(([key, { table }]) => (known[key]?.fields ?? '') !== fieldsOf(table));
  if (changed.length === 0) return;
  const fresh = Object.fromEntries(changed.map(([key, { table }]) => [key, { fields: fieldsOf(table), due }]));
  await site.options.update<Record<string, TableIndex>>(OPTION, (all) => ({ ...all, ...fresh }));
}

/** Makes the indexes that are due. */
async function work(site: Site, signal: AbortSignal): Promise<void> {
  const known = await read(site);
  for (const [key, { plugin, name, table }] of tablesOf(site)) {
    const { fields, due } = known[key] ?? {};
    // A process that knows the table otherwise leaves it to those that know it as it is now.
    if (due === undefined || due > Date.now() || fields !== fieldsOf(table)) continue;
    const records = new PluginRecords(site, plugin, name, table);
    for (let after: number | null = 0; after !== null; ) {
      if (signal.aborted) return;
      after = await records.reindex({ after, limit: AT_ONCE });
    }
    await site.options.update<Record<string, TableIndex>>(OPTION, (all) =>
      all[key]?.due === due ? { ...all, [key]: { fields } } : all,
    );
  }
}

/** Keeps the indexes of the tables that contained plugins declare in line with what newer versions say of them. */
export function defineRecordUpkeep(site: Site): void {
  site.options.define(OPTION, {
    default: {},
    label: 'By which fields records of plugins are found',
    schema: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['fields'],
        additionalProperties: false,
        properties: { fields: { type: 'string' }, due: { type: 'integer', minimum: 0 } },
      },
    },
  });
  site.cron.define(JOB, {
    schedule: '2-59/5 * * * *',
    summary: 'Writes records of plugins to the index again after fields of theirs were marked for it.',
    run: async (host, signal) => {
      await look(host);
      await work(host, signal);
    },
  });
  site.hooks.addAction('site:ready', () => look(site));
}
