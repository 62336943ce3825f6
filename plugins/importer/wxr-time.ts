import { zonedParts, zonedTime } from 'galley';

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})/;

/** What an export writes where there is no date. */
export const NO_TIME = '0000-00-00 00:00:00';

const two = (number: number): string => String(number).padStart(2, '0');

/** A moment as an export writes it, `2012-01-09 10:00:00`, by the clocks of a zone; null for none. */
export function parseWxrTime(text: string, zone = 'UTC'): number | null {
  const [, year, month, day, hour, minute, second] = (SHAPE.exec(text.trim()) ?? []).map(Number);
  if (!year || !month || !day || month > 12 || day > 31) return null;
  const parts = { year, month, day, hour: hour ?? 0, minute: minute ?? 0, second: second ?? 0 };
  return zone === 'UTC'
    ? Date.UTC(year, month - 1, day, parts.hour, parts.minute, parts.second)
    : zonedTime(zone, parts);
}

/** The moment of two fields: UTC counts; where it is missing the local time does, by the clocks of the site. */
export function wxrTime(gmt: string, local: string, zone: string): number | null {
  return parseWxrTime(gmt) ?? parseWxrTime(local, zone);
}

/** A moment with the milliseconds that Galley tells beside it, where both mean the same second. */
export function exactTime(told: unknown, second: number | null): number | null {
  return typeof told === 'number' && second !== null && told >= second && told < second + 1000 ? told : second;
}

/** Writes a moment by the clocks of a zone. */
export function formatWxrTime(time: number | null, zone = 'UTC'): string {
  if (time === null) return NO_TIME;
  const { year, month, day, hour, minute, second } = zonedParts(time, zone);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`;
}
