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

/** One event; undefined where it is gone. */
export async function eventOf(galley: GalleyApi, id: string): Promise<CalendarEvent | undefined> {
  const found = /^\d{1,15}$/.test(id) ? await galley.table('events').get(Number(id)) : null;
  return (found ?? undefined) as unknown as CalendarEvent | undefined;
}

/** What somebody typed as an event, or what is wrong with it. */
function readEvent(values: Record<string, string>): string | { title: string; place: string; starts: number } {
  const { title = '', place = '', day = '', time = '' } = values;
  const starts = Date.parse(`${day}T${time || '00:00'}Z`);
  if (title.trim() === '') return 'Give the event a name.';
  if (Number.isNaN(starts)) return 'Write the time like 19:30.';
  return { title: title.trim(), place: place.trim(), starts };
}

/** Keeps an event, a new one or another version of one; answers with what is wrong with it, if anything is. */
export async function keepEvent(
  galley: GalleyApi,
  values: Record<string, string>,
  id?: number,
): Promise<string | undefined> {
  const event = readEvent(values);
  if (typeof event === 'string') return event;
  const events = galley.table('events');
  if (id === undefined) await events.insert(event);
  else {
    try {
      await events.update(id, Number(values.version), event);
    } catch {
      return 'Somebody changed or removed this event meanwhile. Open it again from the list.';
    }
  }
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
