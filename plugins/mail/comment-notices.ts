import { loadPermalinks, plainText, type Site, SYSTEM } from 'galley';
import type { Mail } from './mail.ts';
import { peopleWho } from './recipients.ts';

const LISTED = 10;
const BEGINNING = 200;
const SINCE = { type: 'integer', minimum: 0 };

interface Said {
  authorName: string;
  content: string;
}

/** Comments as lines of a mail: who wrote, and how it begins. */
const linesOf = (comments: readonly Said[]): string =>
  comments
    .slice(0, LISTED)
    .map(({ authorName, content }) => `– ${authorName}: ${plainText(content).slice(0, BEGINNING)}`)
    .join('\n');

/**
 * Tells of comments: those that wait to whoever may approve them, new ones to the author of the entry. What comes within
 * a while is told in one mail, however many there are.
 */
export function addCommentNotices(site: Site, mail: Mail): void {
  const wait = async (): Promise<number> => (await site.options.get<number>('mail_gather')) * 60_000;
  site.jobs.define('mail:moderation', {
    summary: 'Tells of comments that wait for approval.',
    schema: { type: 'object', required: ['since'], properties: { since: SINCE } },
    run: (_site, job) => tellModerators(site, mail, (job.data as { since: number }).since),
  });
  site.jobs.define('mail:comments', {
    summary: 'Tells an author of new comments.',
    schema: { type: 'object', required: ['since', 'entryId'], properties: { since: SINCE, entryId: SINCE } },
    run: (_site, job) => tellAuthor(site, mail, job.data as { since: number; entryId: number }),
  });
  site.hooks.addAction('comment:saved', async ({ comment, previous, viewer }) => {
    if (!mail.canSend() || comment.type !== 'comment' || comment.status === previous?.status) return;
    const options = { delayMs: await wait() };
    if (comment.status === 'pending' && !previous)
      await site.jobs.enqueue('mail:moderation', { since: comment.createdAt }, { ...options, unique: 'all' });
    if (comment.status !== 'approved' || (previous && previous.status !== 'pending')) return;
    const entry = await site.entries.get(comment.entryId, SYSTEM);
    const isOwn = [comment.userId, viewer.id].includes(entry?.authorId ?? null);
    if (!entry || isOwn) return;
    const data = { entryId: entry.id, since: comment.createdAt };
    await site.jobs.enqueue('mail:comments', data, { ...options, unique: String(entry.id) });
  });
}

async function tellModerators(site: Site, mail: Mail, since: number): Promise<number> {
  const store = site.services.use('comments').store;
  const waiting = await store.list({ status: 'pending', from: since, limit: LISTED });
  if (waiting.length === 0) return 0;
  const count = await store.countByStatus('pending');
  const data = { list: linesOf(waiting), count: String(count), link: '/admin/comments?status=pending' };
  const people = await peopleWho(site, 'moderate_comments');
  for (const { id } of people) await mail.send({ to: id, template: 'moderation', data });
  return people.length;
}

async function tellAuthor(
  site: Site,
  mail: Mail,
  { entryId, since }: { entryId: number; since: number },
): Promise<unknown> {
  const entry = await site.entries.get(entryId, SYSTEM);
  if (!entry?.authorId) return null;
  const author = await site.users.find(entry.authorId);
  // Who wrote it once may not see any more what is below it.
  if (!author || !site.entries.may(await site.roles.viewerFor(author), 'read', entry)) return null;
  const query = { status: 'approved' as const, entryId, from: since, limit: LISTED };
  const fresh = (await site.services.use('comments').store.list(query)).filter(({ userId }) => userId !== author.id);
  if (fresh.length === 0) return null;
  const data = { title: plainText(entry.title), list: linesOf(fresh), link: (await loadPermalinks(site)).entry(entry) };
  return mail.send({ to: author.id, template: 'comments', data });
}
