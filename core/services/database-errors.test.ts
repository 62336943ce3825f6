import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { databaseErrorDetails, toDatabaseError } from './database-errors.ts';

suite('Errors of the store', () => {
  test('that say a node was cut off while it committed leave open whether the others have it', () => {
    const text =
      'Error while appending streaming replication fragment(provider status: Not connected to Primary Component)';
    const error = toDatabaseError(Object.assign(new Error(text), { errno: 1180, code: 'ER_ERROR_DURING_COMMIT' }));
    assert.equal(error.code, 'GALLEY_DATABASE_UNAVAILABLE');
    assert.deepEqual(databaseErrorDetails(error), { retryable: true, lost: true });
  });
});
