import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toDatabaseError } from '../services/database-errors.ts';
import { toFailure } from './errors.ts';

suite('What is told about an error', () => {
  test('never holds a statement, also where the store says that somebody else came first', () => {
    for (const errno of [1062, 1213, 1452, 1969, 2013, 1064]) {
      const error = toDatabaseError(Object.assign(new Error('It failed.'), { errno }), 'insert into `secrets`');
      assert.doesNotMatch(JSON.stringify(toFailure(error, 'id')), /insert|secrets/, String(errno));
    }
  });
});
