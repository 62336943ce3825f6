import { GalleyError } from '../lib/errors.ts';

/**
 * Checks that an UPDATE or DELETE with the version in its WHERE met its row. Where another transaction was faster, the
 * running one is undone and repeated from its start.
 *
 * @param count what the statement returned: how many rows it changed
 * @throws GALLEY_DATABASE_CONFLICT, which the transaction takes as a reason to try again
 */
export function demandChanged(count: unknown, table: string, wanted = 1): void {
  if (Number(count) === wanted) return;
  throw new GalleyError('GALLEY_DATABASE_CONFLICT', `Another transaction changed the same row of "${table}".`, {
    details: { retryable: true, lost: false },
  });
}
