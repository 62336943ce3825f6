import type { Session } from './session-store.ts';

const FACTOR = /^as:(\d{1,15})$/;
const LIFE_MS = 60 * 60_000;
const IDLE_MS = 30 * 60_000;

/** How long a session lasts in which somebody acts for another. */
export const ACTING_LIMITS = { idleMs: IDLE_MS, absoluteMs: LIFE_MS };

/** Whose eyes a session really sees with: the id of the administrator who acts for its user, or undefined. */
export function actorOf({ factors }: Pick<Session, 'factors'>): number | undefined {
  const found = factors.map((factor) => FACTOR.exec(factor)?.[1]).find((id) => id !== undefined);
  return found === undefined ? undefined : Number(found);
}
