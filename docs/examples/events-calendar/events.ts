import type { GalleyApi } from 'galley/contained';

/** An event as it is stored. Times are UTC. */
export interface CalendarEvent {
  id: number;
  version: number;
  title: string;
  place?: string;
  /** ms since 1970 */
  starts: number;
}

/** Events that begin at a time or later, the next one first. */
export async function eventsFrom(galley: GalleyApi, starts: number, limit = 50): Promise<CalendarEvent[]> {
  const where = { starts: { gte: starts } };
  return (await galley.table('events').find({ where, order: 'starts', limit })) as unknown as CalendarEvent[];
}

/** Adds an event; answers with what is wrong with it, if anything is. */
export async function addEvent(galley: GalleyApi, values: Record<string, string>): Promise<string | undefined> {
  const { title = '', place = '', day = '', time = '' } = values;
  const starts = Date.parse(`${day}T${time || '00:00'}Z`);
  if (title.trim() === '') return 'Give the event a name.';
  if (Number.isNaN(starts)) return 'Write the time like 19:30.';
  await galley.table('events').insert({ title: title.trim(), place: place.trim(), starts });
  return undefined;
}

/** An event in words that people and programs read. */
export function shown({ title, place, starts }: CalendarEvent): {
  title: string;
  place: string;
  day: string;
  time: string;
} {
  const [day = '', time = ''] = new Date(starts).toISOString().split('T');
  return { title, place: place ?? '', day, time: time.slice(0, 5) };
}
