import { type Entry, type EntryEvent, loadPermalinks, plainText, type Site, type User, type Viewer } from 'galley';
import type { Mail } from './mail.ts';
import { peopleWho } from './recipients.ts';

const OUT = ['publish', 'future', 'private'];
const NOTE_MAX = 1_000;

const pathOf = ({ id, type }: Entry): string => `/admin/content/${type}/${id}`;

/** Tells of reviews: who may publish what waits, and its author when somebody did. */
export function addEntryNotices(site: Site, mail: Mail): void {
  site.hooks.addAction('entry:saved', async (event) => {
    if (!mail.canSend() || event.isImport || event.viewer.id === null) return;
    await tellOfReview(site, mail, event);
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

const dataOf = (entry: Entry, by: Viewer) => ({
  title: plainText(entry.title) || '…',
  by: by.name,
  link: pathOf(entry),
});

/** The author of an entry, where he may still see it. */
async function authorOf(site: Site, entry: Entry, action: 'edit' | 'read'): Promise<User | undefined> {
  const author = entry.authorId ? await site.users.find(entry.authorId) : undefined;
  return author && site.entries.may(await site.roles.viewerFor(author), action, entry) ? author : undefined;
}

async function tellOfReview(site: Site, mail: Mail, { entry, previous, viewer }: EntryEvent): Promise<void> {
  const { capability } = site.types.need(entry.type);
  if (entry.status === 'pending' && previous?.status !== 'pending') {
    const may = (person: Viewer): boolean =>
      person.id !== viewer.id && person.can(`publish_${capability}s`) && site.entries.may(person, 'edit', entry);
    for (const { id } of await peopleWho(site, `edit_others_${capability}s`, may))
      await mail.send({ to: id, template: 'review', data: dataOf(entry, viewer) });
  }
  if (previous?.status !== 'pending' || !OUT.includes(entry.status) || viewer.id === entry.authorId) return;
  const author = await authorOf(site, entry, 'read');
  if (!author) return;
  const link = (await loadPermalinks(site)).entry(entry);
  await mail.send({ to: author.id, template: 'published', data: { ...dataOf(entry, viewer), link } });
}
