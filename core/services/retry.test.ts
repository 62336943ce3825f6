import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retry } from './retry.ts';

const always = { isRetryable: () => true, pauseMs: 0.1 };

test('work that fails for a while is done in the end', async () => {
  const result = await retry(async (attempt) => {
    if (attempt < 3) throw new Error('not yet');
    return attempt;
  }, always);
  assert.equal(result, 3);
});

test('there is an end to the tries, and the last error is told', async () => {
  let tries = 0;
  const work = retry(async () => {
    tries++;
    throw new Error(`try ${tries}`);
  }, always);
  await assert.rejects(work, /try 6/);
});

test('what will not pass is not tried again', async () => {
  let tries = 0;
  const work = retry(
    async () => {
      tries++;
      throw new Error('for good');
    },
    { isRetryable: () => false },
  );
  await assert.rejects(work, /for good/);
  assert.equal(tries, 1);
});

test('no try starts after the deadline', async () => {
  let tries = 0;
  const work = retry(
    async () => {
      tries++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('slow');
    },
    { ...always, deadlineMs: 20 },
  );
  await assert.rejects(work, /slow/);
  assert.equal(tries, 1);
});

test('pauses have a bound', async () => {
  const from = performance.now();
  const work = retry(
    async () => {
      throw new Error('still');
    },
    { isRetryable: () => true, retries: 17, pauseMs: 1, maxPauseMs: 2 },
  );
  await assert.rejects(work, /still/);
  assert.ok(performance.now() - from < 20_000, 'without it the pauses would add up to two minutes');
});
