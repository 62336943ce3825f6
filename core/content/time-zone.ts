import { dateTimeFormat } from './date-time-formats.ts';

/** The parts of a moment as the clocks of a zone show them. */
export interface ZonedParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = (zone: string): Intl.DateTimeFormat =>
  dateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

/** What the clocks of `zone` show at `time` (milliseconds since 1970, UTC). */
export function zonedParts(time: number, zone: string): ZonedParts {
  if (zone === 'UTC') {
    const date = new Date(time);
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
  }
  const parts = Object.fromEntries(
    formatters(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return {
    year: parts['year'] ?? 0,
    month: parts['month'] ?? 1,
    day: parts['day'] ?? 1,
    hour: parts['hour'] ?? 0,
    minute: parts['minute'] ?? 0,
    second: parts['second'] ?? 0,
  };
}

/** The moment at which the clocks of `zone` show this; where they skip it, the moment they would have. */
export function zonedTime(
  zone: string,
  parts: { year: number; month: number; day?: number; hour?: number; minute?: number; second?: number },
): number {
  const wanted = Date.UTC(
    parts.year,
    parts.month - 1,
    parts.day ?? 1,
    parts.hour ?? 0,
    parts.minute ?? 0,
    parts.second ?? 0,
  );
  const shown = (time: number): number => {
    const zoned = zonedParts(time, zone);
    return Date.UTC(zoned.year, zoned.month - 1, zoned.day, zoned.hour, zoned.minute, zoned.second);
  };
  // Two steps suffice: the offset at the first guess is right unless the clocks change in between.
  const guess = wanted - (shown(wanted) - wanted);
  const second = guess - (shown(guess) - wanted);
  // No clock shows it: they were put forward over it, some at midnight. The day begins when they go on.
  return shown(second) < wanted ? Math.max(guess, second) : second;
}

/** A year, month or day of a zone as a half-open range in milliseconds. */
export function dateRange(zone: string, year: number, month?: number, day?: number): { from: number; to: number } {
  const from = zonedTime(zone, { year, month: month ?? 1, day: day ?? 1 });
  const next =
    month === undefined
      ? { year: year + 1, month: 1, day: 1 }
      : day === undefined
        ? { year, month: month + 1, day: 1 }
        : { year, month, day: day + 1 };
  // Date.UTC carries months and days that run over.
  return { from, to: zonedTime(zone, next) };
}

/** The month of a moment as one number, `202611`: what archives are grouped by. */
export function monthNumber(time: number, zone: string): number {
  const { year, month } = zonedParts(time, zone);
  return year * 100 + month;
}
