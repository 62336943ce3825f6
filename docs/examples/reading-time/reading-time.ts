import type { Site } from 'galley';

/** How many words people read in a minute, as the site says. */
export function speedOf(site: Site): Promise<number> {
  return site.options.get<number>('reading_speed');
}

/** Whole minutes, one at least. */
export function minutesFor(words: number, speed: number): number {
  return Math.max(1, Math.ceil(words / speed));
}
