import { type Context, type Entry, GalleyError, json, plainText, type Reply, type Site, type Viewer } from 'galley';
import { demandWriter } from './links.ts';

const TYPE = 'wp_block';
const LISTED = 100;
const MAX_CONTENT = 400_000;
/** As WordPress keeps it: absent where all places show the same. */
const SYNC_META = 'wp_pattern_sync_status';

/** What making a pattern takes. */
export const PATTERN_SCHEMA = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['title', 'content', 'synced'],
    properties: {
      title: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' },
      content: { type: 'string', minLength: 1, maxLength: MAX_CONTENT, pattern: '\\S' },
      synced: { type: 'boolean' },
    },
  },
} as const;

/** Blocks that are kept to be used in many places. */
export interface PatternSummary {
  id: number;
  title: string;
  /** Whether all places show the same; otherwise its blocks are copied. */
  synced: boolean;
  /** Where it is edited; empty for who may not. */
  editUrl: string;
}

/** A pattern with its blocks. */
export interface PatternDetails extends PatternSummary {
  content: string;
}

async function summariesOf(site: Site, entries: readonly Entry[], viewer: Viewer): Promise<PatternSummary[]> {
  const ids = entries.map(({ id }) => id);
  const meta = await site.meta.of('entry', ids, [SYNC_META]);
  return entries.map((entry) => ({
    id: entry.id,
    title: plainText(entry.title).trim() || `#${entry.id}`,
    synced: !meta.get(entry.id)?.[SYNC_META]?.includes('unsynced'),
    editUrl: site.entries.may(viewer, 'edit', entry) ? `/admin/content/${TYPE}/${entry.id}` : '',
  }));
}

/** A pattern behind a password is for those only who may edit it. */
const isOpenTo = (site: Site, viewer: Viewer, entry: Entry): boolean =>
  entry.password === '' || site.entries.may(viewer, 'edit', entry);

/** The patterns that a writer may use, the last changed first. @throws GALLEY_PERMISSION_DENIED */
export async function listPatterns(site: Site, viewer: Viewer): Promise<PatternSummary[]> {
  demandWriter(site, viewer);
  if (!site.types.get(TYPE)) return [];
  const query = { type: TYPE, status: 'publish', order: 'modified', limit: LISTED, body: false } as const;
  const { items } = await site.entries.find(query, viewer);
  return summariesOf(
    site,
    items.filter((entry) => isOpenTo(site, viewer, entry)),
    viewer,
  );
}

/** One pattern with its blocks. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN */
export async function readPattern(site: Site, id: number, viewer: Viewer): Promise<PatternDetails> {
  demandWriter(site, viewer);
  const entry = await site.entries.get(id, viewer);
  const isPattern = entry?.type === TYPE && entry.status === 'publish' && isOpenTo(site, viewer, entry);
  if (!isPattern) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no pattern ${id}.`);
  const [summary] = await summariesOf(site, [entry], viewer);
  if (!summary) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no pattern ${id}.`);
  return { ...summary, content: entry.content };
}

/** Whether the viewer may make patterns: they are published at once, or nobody could use them. */
export function mayMakePatterns(site: Site, viewer: Viewer): boolean {
  const capability = site.types.get(TYPE)?.capability;
  return capability !== undefined && viewer.can(`edit_${capability}s`) && viewer.can(`publish_${capability}s`);
}

/**
 * Keeps blocks as a pattern. What the viewer may not write is taken out of them, as of every text.
 * @throws GALLEY_PERMISSION_DENIED
 */
export async function makePattern(
  site: Site,
  draft: { title: string; content: string; synced: boolean },
  viewer: Viewer,
): Promise<PatternSummary> {
  if (!mayMakePatterns(site, viewer)) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not make patterns.');
  const { title, content, synced } = draft;
  const meta = synced ? {} : { meta: { [SYNC_META]: 'unsynced' } };
  const saved = await site.entries.save(
    { type: TYPE, status: 'publish', title: title.trim(), content, ...meta },
    { viewer },
  );
  const [summary] = await summariesOf(site, [saved], viewer);
  if (!summary) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no pattern ${saved.id}.`);
  return summary;
}

/** Answers the list of the menu of blocks. */
export async function answerPatterns({ site, viewer }: Context): Promise<Reply> {
  return json({ patterns: await listPatterns(site, viewer) });
}

/** Answers with one pattern. */
export async function answerPattern({ site, viewer, params }: Context): Promise<Reply> {
  return json(await readPattern(site, Number(params['id']), viewer));
}

/** Keeps what was sent as a pattern. */
export async function receivePattern({ site, viewer, body }: Context): Promise<Reply> {
  return json(await makePattern(site, body as { title: string; content: string; synced: boolean }, viewer), {
    status: 201,
  });
}
