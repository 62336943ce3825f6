import { type Context, type EntryDraft, json, type Reply } from 'galley';
import { demandWriter, formUrl, nameOf, needEditable, type Parts, userIdOf } from './access.ts';
import { type FormContent, subjectOf } from './autosave.ts';
import type { EditLock } from './edit-locks.ts';

const KEY = '^[0-9a-f-]{36}$';
const key = { type: 'string', pattern: KEY } as const;
const id = { type: 'integer', minimum: 1 } as const;
const TEXT_MAX = 8 * 1024 * 1024;

const form = {
  type: 'object',
  maxProperties: 2000,
  propertyNames: { maxLength: 200 },
  additionalProperties: { type: 'array', maxItems: 2000, items: { type: 'string', maxLength: TEXT_MAX } },
} as const;

interface Kept {
  entryId: number | null;
  type: string;
  key: string;
  holder: string;
  version: number;
  form: FormContent;
}

interface Beat {
  holder: string;
  want: 'open' | 'beat' | 'take' | 'look' | 'leave';
}

/** What scripts ask for: keep a text, forget it, hold an entry, and a new token after a new log-in. */
export function addApi(parts: Parts): void {
  const { site } = parts;
  const shared = { authenticated: true, area: 'api' } as const;
  const keep = {
    type: 'object',
    required: ['entryId', 'type', 'key', 'holder', 'version', 'form'],
    additionalProperties: false,
    properties: {
      entryId: { anyOf: [id, { type: 'null' }] },
      type: { type: 'string', maxLength: 40 },
      key,
      holder: key,
      version: { type: 'integer', minimum: 0 },
      form,
    },
  } as const;
  site.routes.post(
    '/admin/api/autosaves',
    {
      ...shared,
      schema: { body: keep },
      rateLimit: { max: 120, seconds: 60 },
      longTexts: true,
      summary: 'Keeps what was typed.',
    },
    (context) => keepText(parts, context as Context, context.body as Kept),
  );
  const hold = {
    type: 'object',
    required: ['holder', 'want'],
    additionalProperties: false,
    properties: { holder: key, want: { enum: ['open', 'beat', 'take', 'look', 'leave'] } },
  } as const;
  site.routes.post(
    '/admin/api/edit-locks/:id(int)',
    { ...shared, schema: { body: hold }, rateLimit: { max: 240, seconds: 60 }, summary: 'Holds an entry for editing.' },
    (context) => holdEntry(parts, context as Context, context.body as Beat),
  );
  site.routes.get('/admin/api/session', { ...shared, summary: 'The form token of a new session.' }, (context) =>
    noStore(json({ userId: context.viewer.id, token: context.csrfToken() })),
  );
}

const noStore = (reply: Reply): Reply => reply.header('cache-control', 'private, no-store');

async function keepText({ site, autosaves }: Parts, { viewer }: Context, kept: Kept): Promise<Reply> {
  const userId = userIdOf(viewer);
  let { type } = kept;
  if (kept.entryId === null) demandWriter(site, type, viewer);
  else type = (await needEditable(site, kept.entryId, viewer)).type;
  const { holder, version: baseVersion, form: content, entryId } = kept;
  const subject = subjectOf(kept);
  const at = await autosaves.write({ subject, userId, entryId, type, holder, baseVersion, form: content });
  const saved = await autosaves.find(subject, userId);
  return noStore(json({ at, id: saved?.id ?? null }));
}

async function holdEntry(parts: Parts, context: Context, { holder, want }: Beat): Promise<Reply> {
  const { site, locks } = parts;
  const { viewer } = context;
  const entry = await needEditable(site, Number(context.params['id']), viewer);
  const claim = { entryId: entry.id, userId: userIdOf(viewer), holder };
  if (want === 'open') await locks.open(claim);
  else if (want === 'take') await locks.take(claim);
  else if (want === 'leave') await locks.leave(claim);
  // Who was asleep and finds nobody there goes on.
  else if (want === 'beat' && !(await locks.renew(claim)) && !(await locks.of(entry.id))) await locks.open(claim);
  const lock = await locks.of(entry.id);
  return noStore(
    json({ ...(await stateFor(parts, lock, claim)), version: entry.version, isThrown: entry.status === 'trash' }),
  );
}

/** How the lock looks to one form. */
async function stateFor(
  parts: Parts,
  lock: EditLock | undefined,
  { userId, holder }: { userId: number; holder: string },
): Promise<Record<string, unknown>> {
  if (!lock) return { state: 'free' };
  if (lock.userId !== userId || lock.holder !== holder) {
    const name = await nameOf(parts, lock.userId);
    return { state: 'other', name, since: lock.since, isSelf: lock.userId === userId };
  }
  return { state: 'mine', ...(await leftBehind(parts, lock)) };
}

/** What the one whom the entry was taken from had not saved. */
async function leftBehind(parts: Parts, lock: EditLock): Promise<Record<string, unknown>> {
  if (lock.takenFrom === null) return {};
  const left = await parts.autosaves.find(`entry:${lock.entryId}`, lock.takenFrom);
  if (left?.state !== 'open') return {};
  const name = await nameOf(parts, lock.takenFrom);
  return { left: { name, at: left.updatedAt, url: `/admin/autosaves/${left.id}`, id: left.id } };
}

/** Where a kept text is put back into its form. */
export function restoreUrl(kept: { id: number; type: string; entryId: EntryDraft['id'] | null }): string {
  return `${formUrl({ type: kept.type, entryId: kept.entryId ?? null })}?restore=${kept.id}`;
}
