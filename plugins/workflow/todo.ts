import {
  type AdminInput,
  type DashboardWidget,
  type Entry,
  plainText,
  type ReaderInput,
  zonedParts,
  zonedTime,
} from 'galley';
import { entriesAt, plansFor, waitingFor } from './board.ts';
import { changeUrl } from './change-screen.ts';
import type { PendingChanges } from './changes.ts';
import { notesUrl } from './note-screen.ts';
import type { Notes } from './notes.ts';
import type { Places } from './places.ts';

type Item = NonNullable<DashboardWidget['items']>[number];

const SHOWN = 10;
const DAY_MS = 86_400_000;

/** What waits for this person: to be decided, to be put right, and what goes out or ends today. */
export async function todoWidget(
  input: ReaderInput,
  { places, notes, changes }: { places: Places; notes: Notes; changes: PendingChanges },
): Promise<DashboardWidget[]> {
  if (input.viewer.id === null || !input.viewer.can('edit_posts')) return [];
  const [failed, mentions, deciding, returned, today] = await Promise.all([
    changes.failed(input.viewer, SHOWN),
    notes.mentions(input.viewer, { onlyUnseen: true }),
    waitingFor(input, places),
    returnedTo(input, places),
    dueToday(input),
  ]);
  const waiting = deciding.map(
    ({ entry, place, stage }): Item => ({
      title: plainText(entry.title) || 'Without a title',
      url: `/admin/content/${entry.type}/${entry.id}`,
      note: 'Waits for your decision',
      badge: { word: stage, tone: 'info' },
      time: place.movedAt,
    }),
  );
  const mentioned = mentions.map(
    ({ entry, note }): Item => ({
      title: plainText(entry.title) || 'Without a title',
      url: notesUrl(entry),
      note: note.body.slice(0, 120),
      badge: { word: 'You are mentioned', tone: 'info' },
      time: note.madeAt,
    }),
  );
  const stuck = failed.map(
    ({ entry, change }): Item => ({
      title: plainText(entry.title) || 'Without a title',
      url: changeUrl(entry),
      note: change.problem,
      badge: { word: 'Did not go out', tone: 'danger' },
      time: change.changedAt,
    }),
  );
  const items = [...stuck, ...mentioned, ...waiting, ...returned, ...today];
  const t = input.messages.translate.bind(input.messages);
  const left = items.length - SHOWN;
  const more = left > 0 ? { text: t('{count} more wait behind these.', { count: left }) } : {};
  return [
    {
      id: 'your-todo',
      title: 'Your to-do',
      icon: 'check2-square',
      order: 2,
      items: items.slice(0, SHOWN),
      empty: 'All done.',
      ...more,
    },
  ];
}

/** What this person wrote and somebody sent back. */
async function returnedTo(input: AdminInput, places: Places): Promise<Item[]> {
  const { viewer } = input;
  const all: Item[] = [];
  for (const { type, plan } of await plansFor(input.site, viewer)) {
    const stages = plan.stages.map(({ id }) => id);
    for (const { entry, place, stage } of await entriesAt(input, places, { type, plan, stages }))
      if (place.isReturned && entry.authorId === viewer.id)
        all.push({
          title: plainText(entry.title) || 'Without a title',
          url: `/admin/content/${type}/${entry.id}`,
          note: 'Was sent back to you',
          badge: { word: stage, tone: 'warning' },
          time: place.movedAt,
        });
  }
  return all;
}

/** What goes out or ends today, by the clocks of the site. */
async function dueToday({ site, viewer }: AdminInput): Promise<Item[]> {
  const zone = await site.options.get<string>('timezone');
  const { year, month, day } = zonedParts(Date.now() + DAY_MS, zone);
  const tomorrow = zonedTime(zone, { year, month, day });
  const type = site.types.list().flatMap(({ value }) => (value.showInAdmin ? [value.name] : []));
  const query = { type, limit: SHOWN, direction: 'asc' as const, body: false };
  const [starting, ending] = await Promise.all([
    site.entries.find({ ...query, status: 'future', publishedBefore: tomorrow }, viewer),
    site.entries.find({ ...query, status: ['publish', 'private'], endsBefore: tomorrow }, viewer),
  ]);
  const item = (entry: Entry, word: string, time: number | null): Item => ({
    title: plainText(entry.title) || 'Without a title',
    url: `/admin/content/${entry.type}/${entry.id}`,
    badge: { word, tone: 'muted' },
    ...(time === null ? {} : { time }),
  });
  return [
    ...starting.items
      .filter((entry) => site.entries.may(viewer, 'edit', entry))
      .map((entry) => item(entry, 'Goes out today', entry.publishedAt)),
    ...ending.items
      .filter((entry) => site.entries.may(viewer, 'edit', entry))
      .map((entry) => item(entry, 'Ends today', entry.unpublishAt)),
  ];
}
