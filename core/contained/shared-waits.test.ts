import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedWaits } from './shared-waits.ts';

const late = (): Error => new Error('late');

test('an answer that comes in time is passed on, as is what it throws', async () => {
  const waits = new SharedWaits();
  assert.equal(await waits.within(1000, Promise.resolve('soon'), late), 'soon');
  await assert.rejects(waits.within(1000, Promise.reject(new Error('on purpose')), late), /on purpose/);
});

test('of waits that share a timer each ends by itself, and only those without an answer are late', async () => {
  const waits = new SharedWaits();
  const later = Promise.withResolvers<string>();
  const both = [Promise.resolve('soon'), later.promise].map((answer) => waits.within(20, answer, late));
  // The timer of a wait keeps no process alive; this one does.
  const awake = setTimeout(() => undefined, 60_000);
  const [soon, never] = await Promise.allSettled(both);
  later.resolve('too late');
  clearTimeout(awake);
  assert.deepEqual([soon?.status, never?.status], ['fulfilled', 'rejected']);
  assert.equal(await waits.within(1000, later.promise, late), 'too late');
});

test('a wait that begins when all others have ended has its whole time', async () => {
  const waits = new SharedWaits();
  await waits.within(20, Promise.resolve(1), late);
  const awake = setTimeout(() => undefined, 60_000);
  await assert.rejects(waits.within(20, new Promise(() => undefined), late), /late/);
  clearTimeout(awake);
});
