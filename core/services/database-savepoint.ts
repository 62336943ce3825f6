import type { Knex } from 'knex';

/** A place in a transaction to go back to. Its statements are the same on both stores, and few, so that caches know them. */
export interface Savepoint {
  /** Keeps what was done since. */
  release(): Promise<void>;
  /** Undoes what was done since. */
  undo(): Promise<void>;
}

/** Sets a savepoint. knex would make a client for each, and name each differently. @param depth how many stand around it */
export async function setSavepoint(handle: Knex.Transaction, depth: number): Promise<Savepoint> {
  const name = `galley_${Math.trunc(depth)}`;
  const release = async (): Promise<void> => {
    await handle.raw(`RELEASE SAVEPOINT ${name}`);
  };
  await handle.raw(`SAVEPOINT ${name}`);
  return {
    release,
    async undo() {
      await handle.raw(`ROLLBACK TO SAVEPOINT ${name}`);
      await release();
    },
  };
}
