import { make } from './nodes.ts';

const UNITS = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** A moment: relative in words, the whole date behind it, in the zone of the site. */
export function timeNode(time: number, zone: string, language: string): HTMLTimeElement {
  const key = `${language} ${zone}`;
  const whole =
    formatters.get(key) ??
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  formatters.set(key, whole);
  const made = make('time', '', relative(time, language));
  made.dateTime = new Date(time).toISOString();
  made.title = whole.format(time);
  return made;
}

function relative(time: number, language: string): string {
  const distance = time - Date.now();
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, length] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1000];
  return unit === 'second' ? words.format(0, 'second') : words.format(Math.trunc(distance / length), unit);
}
