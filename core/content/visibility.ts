import type { Knex } from 'knex';
import type { Viewer } from '../identity/viewer.ts';
import type { ContentType } from './types.ts';

/** Later than any time that an entry may have. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The function around the column keeps a store from taking the indexes of types and statuses. */
const IS = "coalesce(??, '') = ?";

/**
 * How the store is to find the entries: along the index of types and statuses; along the order of the list, where
 * several statuses have no common one in an index; or by what else the query says, where that leaves a few only.
 * SQLite knows nothing of how many entries have a type or a status, and takes both for rare.
 */
export type Access = 'status' | 'order' | 'key';

/** The statuses that need the right to edit before one may even see them. */
const UNPUBLISHED = ['draft', 'pending', 'future', 'trash', 'auto-draft'];

/** For one type: which statuses a viewer may read whoever wrote the entry, and which only of his own. */
interface Readable {
  everybodys: string[];
  own: string[];
  /** Whether he sees what is over, too, because he would see it as a draft. */
  seesEnded: boolean;
}

function readableStatuses(type: ContentType, viewer: Viewer): Readable {
  const plural = `${type.capability}s`;
  const everybodys = ['publish', 'inherit'];
  const own: string[] = [];
  const seesEnded = viewer.can(`edit_others_${plural}`);
  if (seesEnded) everybodys.push(...UNPUBLISHED);
  else if (viewer.id !== null && viewer.can(`edit_${plural}`)) own.push(...UNPUBLISHED);
  if (viewer.can(`read_private_${plural}`)) everybodys.push('private');
  else if (viewer.id !== null) own.push('private');
  return { everybodys, own, seesEnded };
}

/**
 * Puts what a viewer may see into the SQL. This is the only place that decides what is hidden, and every read of
 * entries passes it, so that page, feed, search, count and REST can never disagree.
 *
 * @param builder the query on `entries`
 * @param types the types asked for
 * @param statuses the statuses asked for; those that the viewer may not read are left out silently
 * @param alias the name that the table has in the query
 * @param access how the store is to find them
 */
export function restrictToVisible(
  builder: Knex.QueryBuilder,
  {
    types,
    statuses,
    viewer,
    alias = 'entries',
    access = 'status',
  }: {
    types: readonly ContentType[];
    statuses: readonly string[];
    viewer: Viewer;
    alias?: string;
    access?: Access;
  },
): void {
  const groups = new Map<string, Group>();
  for (const type of types) {
    const readable = readableStatuses(type, viewer);
    const everybodys = readable.everybodys.filter((status) => statuses.includes(status));
    const own = readable.own.filter((status) => statuses.includes(status));
    const key = `${everybodys.join()}|${own.join()}|${readable.seesEnded}`;
    const group = groups.get(key);
    if (group) group.types.push(type.name);
    else groups.set(key, { types: [type.name], everybodys, own, seesEnded: readable.seesEnded });
  }
  builder.where((outer) => {
    if (groups.size === 0) void outer.where(`${alias}.id`, -1);
    for (const group of groups.values())
      void outer.orWhere((inner) => restrictGroup(inner, { ...group, access }, viewer, alias));
  });
}

/** Types of which the viewer may read the same. */
interface Group extends Readable {
  types: string[];
}

type Restriction = Group & { access: Access };

function restrictGroup(builder: Knex.QueryBuilder, group: Restriction, viewer: Viewer, alias: string): void {
  const { types, everybodys, own, seesEnded, access } = group;
  if (access === 'key') whereAny(builder, `${alias}.type`, types);
  else if (types.length === 1) void builder.where(`${alias}.type`, types[0] ?? '');
  else void builder.whereIn(`${alias}.type`, types);
  const direct = everybodys.filter((status) => status !== 'inherit');
  builder.where((inner) => {
    if (direct.length > 0)
      void inner.orWhere((part) => {
        if (access !== 'status') whereAny(part, `${alias}.status`, direct);
        else if (direct.length === 1) void part.where(`${alias}.status`, direct[0] ?? '');
        else void part.whereIn(`${alias}.status`, direct);
        if (!seesEnded) restrictToCurrent(part, viewer, alias);
      });
    if (everybodys.includes('inherit'))
      void inner.orWhere((part) => restrictInherited(part, { viewer, alias, access }));
    if (own.length > 0)
      void inner.orWhere((part) => part.whereIn(`${alias}.status`, own).where(`${alias}.author_id`, viewer.id));
    if (everybodys.length + own.length === 0) void inner.where(`${alias}.id`, -1);
  });
}

/** One of the values, without the help of an index. */
export function whereAny(builder: Knex.QueryBuilder, column: string, values: readonly string[]): void {
  builder.where((any) => {
    for (const value of values) void any.orWhereRaw(IS, [column, value]);
  });
}

/**
 * What is over is hidden from its minute on, also where the job that takes it back is late. The function around the
 * column keeps the store from taking its index for this: the lists have theirs, and nearly nothing ends.
 */
function restrictToCurrent(builder: Knex.QueryBuilder, viewer: Viewer, alias: string): void {
  builder.where((inner) => {
    void inner.whereRaw('coalesce(??, ?) > ?', [`${alias}.unpublish_at`, NEVER, Date.now()]);
    if (viewer.id !== null) void inner.orWhere(`${alias}.author_id`, viewer.id);
  });
}

/**
 * An attachment is as visible as the entry it belongs to, and not at all below one with a password; one that belongs
 * to none is public.
 */
function restrictInherited(
  builder: Knex.QueryBuilder,
  { viewer, alias, access }: { viewer: Viewer; alias: string; access: Access },
): void {
  if (access !== 'status') whereAny(builder, `${alias}.status`, ['inherit']);
  else void builder.where(`${alias}.status`, 'inherit');
  if (viewer.can('edit_others_posts')) return;
  builder.where((inner) => {
    void inner.whereNull(`${alias}.parent_id`);
    if (viewer.id !== null) void inner.orWhere(`${alias}.author_id`, viewer.id);
    void inner.orWhereExists((parent) => {
      void parent
        .select('parents.id')
        .from('entries as parents')
        .where('parents.id', parent.client.ref(`${alias}.parent_id`))
        .where((seen) => {
          // Whoever knows the password sees the files in the text; lists and pages of files ask for none.
          void seen.where((open) => {
            void open.where('parents.status', 'publish').where('parents.password', '');
            void open.whereRaw('coalesce(??, ?) > ?', ['parents.unpublish_at', NEVER, Date.now()]);
          });
          if (viewer.id !== null) void seen.orWhere('parents.author_id', viewer.id);
        });
    });
  });
}
