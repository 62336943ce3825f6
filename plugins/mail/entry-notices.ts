import { type Entry, loadPermalinks, plainText, type Site, SYSTEM, type User, type Viewer } from 'galley';
import type { Mail } from './mail.ts';
import { peopleWho } from './recipients.ts';

const OUT = ['publish', 'future', 'private'];
const NOTE_MAX = 1_000;

const pathOf = ({ id, type }: Entry): string => `/admin/content/${type}/${id}`;

/** Tells of reviews: who may publish what waits, and its author when somebody did. */
export function addEntryNotices(site: Site, mail: Mail): void {
  site.jobs.define('mail:review', {
    summary: 'Tells of an entry that waits for review.',
    schema: {
      type: 'object',
      required: ['entryId', 'userId'],
      additionalProperties: false,
      properties: { entryId: { type: 'integer' }, userId: { type: 'integer' } },
    },
    run: (_site, job) => tellReviewers(site, mail, job.data as { entryId: number; userId: number }),
  });
  site.hooks.addAction('entry:saved', async ({ entry, previous, viewer, isImport }) => {
    if (!mail.canSend() || isImport || viewer.id === null) return;
    if (entry.status === 'pending' && previous?.status !== 'pending') {
      const data = { entryId: entry.id, userId: viewer.id };
      await site.jobs.enqueue('mail:review', data, { unique: String(entry.id) });
    }
    if (previous?.status === 'pending' && OUT.includes(entry.status) && viewer.id !== entry.authorId)
      await tellOfApproval(site, mail, entry, viewer);
  });
}

/** Tells of notes and stages, where there are some. */
export function addWorkflowNotices(site: Site, mail: Mail): void {
  site.hooks.addAction('note:added', async ({ entry, note, mentioned, by }) => {
    if (!mail.canSend()) return;
    const words = { note: note.body.slice(0, NOTE_MAX), link: `/admin/workflow/notes/${entry.id}` };
    const data = { ...dataOf(entry, by), ...words };
    for (const { id } of mentioned) await mail.send({ to: id, template: 'mention', data });
  });
  site.hooks.addAction('entry:moved', async ({ entry, stage, note, by }) => {
    const author = mail.canSend() && by.id !== entry.authorId ? await authorOf(site, entry, 'edit') : undefined;
    if (!author) return;
    const data = { ...dataOf(entry, by), stage, note: note.slice(0, NOTE_MAX) };
    await mail.send({ to: author.id, template: 'moved', data });
  });
}

const dataOf = (entry: Entry, by: Pick<Viewer, 'name'>) => ({
  title: plainText(entry.title) || '…',
  by: by.name,
  link: pathOf(entry),
});

/** The author of an entry, where he may still see it. */
async function authorOf(site: Site, entry: Entry, action: 'edit' | 'read'): Promise<User | undefined> {
  const author = entry.authorId ? await site.users.find(entry.authorId) : undefined;
  return author && site.entries.may(await site.roles.viewerFor(author), action, entry) ? author : undefined;
}

async function tellReviewers(
  site: Site,
  mail: Mail,
  { entryId, userId }: { entryId: number; userId: number },
): Promise<number> {
  const [entry, by] = await Promise.all([site.entries.get(entryId, SYSTEM), site.users.find(userId)]);
  if (!entry || !by || entry.status !== 'pending') return 0;
  const { capability } = site.types.need(entry.type);
  const may = (person: Viewer): boolean =>
    person.id !== userId && person.can(`publish_${capability}s`) && site.entries.may(person, 'edit', entry);
  const people = await peopleWho(site, `edit_others_${capability}s`, may);
  for (const { id } of people) await mail.send({ to: id, template: 'review', data: dataOf(entry, by) });
  return people.length;
}

async function tellOfApproval(site: Site, mail: Mail, entry: Entry, viewer: Viewer): Promise<void> {
  const author = await authorOf(site, entry, 'read');
  if (!author) return;
  const link = (await loadPermalinks(site)).entry(entry);
  await mail.send({ to: author.id, template: 'published', data: { ...dataOf(entry, viewer), link } });
}
