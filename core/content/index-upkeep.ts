import type { Site } from '../kernel/site.ts';
import { reindexEntries } from './reindex.ts';
import type { ContentType } from './types.ts';

/** What is known of the index of a type. */
interface TypeIndex {
  /** The fields that it is made of. */
  fields: string;
  /** The entry after which it goes on to be made; none where it is whole. */
  after?: number;
  /** When that may begin. */
  due?: number;
}

const OPTION = 'type_indexes';
const JOB = 'field-indexes';
const AT_ONCE = 200;
/** Processes of the version before go on saving for a while, and know nothing of new fields. */
const GRACE_MS = 60_000;

/** Fields whose values stand in tables of their own: those for lists, and relations. */
function fieldsOf({ fields }: ContentType): string {
  return Object.entries(fields)
    .filter(([, { index, kind }]) => index || kind === 'relation')
    .map(([name, { index, kind }]) => `${name}:${kind}${index ? '' : ':off'}`)
    .sort()
    .join(' ');
}

/**
 * Keeps the tables of fields in line with what types say of their fields: a newer version of a plugin may mark one for
 * lists of which there are values already.
 */
export class IndexUpkeep {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Looks which types have other fields for the index than when it was made. Changes nothing where none has. */
  async look(): Promise<void> {
    const known = await this.#read();
    const changed = this.#site.types
      .list()
      .filter(({ name, value }) => (known[name]?.fields ?? '') !== fieldsOf(value));
    if (changed.length === 0) return;
    const due = Date.now() + GRACE_MS;
    const fresh = changed.map(({ name, value }) => [name, { fields: fieldsOf(value), after: 0, due }] as const);
    await this.#site.options.update<Record<string, TypeIndex>>(OPTION, (all) => ({
      ...all,
      ...Object.fromEntries(fresh),
    }));
  }

  /** Has the entries of a type written to the index again from now on, in the background. */
  async begin(name: string, fields: ContentType['fields']): Promise<void> {
    const text = fieldsOf({ fields } as ContentType);
    await this.#site.options.update<Record<string, TypeIndex>>(OPTION, (all) => ({
      ...all,
      [name]: { fields: text, after: 0, due: 0 },
    }));
    this.#site.cron.run(JOB).catch((error) => this.#site.log.info({ err: error }, 'The index waits for its job'));
  }

  /** Works off what is due, a few hundred entries at a time. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = Object.entries(await this.#read()).find(([name, index]) => this.#isDue(name, index));
      if (!due) return;
      const [name, { fields, after = 0 }] = due;
      const last = await reindexEntries(this.#site, name, { after, limit: AT_ONCE });
      await this.#site.options.update<Record<string, TypeIndex>>(OPTION, (all) => {
        // Asked for again meanwhile: then from the start.
        if (all[name]?.after !== after || all[name].fields !== fields) return all;
        return { ...all, [name]: last === null ? { fields } : { fields, after: last, due: 0 } };
      });
    }
  }

  #read(): Promise<Record<string, TypeIndex>> {
    return this.#site.options.get<Record<string, TypeIndex>>(OPTION);
  }

  /** A process that knows the type otherwise leaves it to those that know it as it is now. */
  #isDue(name: string, { fields, after, due = 0 }: TypeIndex): boolean {
    if (after === undefined || due > Date.now()) return false;
    const { types } = this.#site;
    return types.has(name) && fieldsOf(types.need(name)) === fields;
  }
}

/** Defines what the index of fields is kept by. */
export function defineIndexUpkeep(site: Site): void {
  site.options.define(OPTION, {
    default: {},
    label: 'Which fields of types are in the index',
    schema: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['fields'],
        additionalProperties: false,
        properties: {
          fields: { type: 'string' },
          after: { type: 'integer', minimum: 0 },
          due: { type: 'integer', minimum: 0 },
        },
      },
    },
  });
  site.cron.define(JOB, {
    schedule: '*/5 * * * *',
    summary: 'Writes entries to the index again after fields of their type were marked for it.',
    run: async (host, signal) => {
      const upkeep = new IndexUpkeep(host);
      await upkeep.look();
      await upkeep.work(signal);
    },
  });
  site.hooks.addAction('site:ready', () => new IndexUpkeep(site).look());
}
