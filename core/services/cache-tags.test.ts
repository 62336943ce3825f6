import assert from 'node:assert/strict';
import test from 'node:test';
import { TagClock } from './cache-tags.ts';

test('what carries an invalidated tag is out of date when its load began before', () => {
  const clock = new TagClock();
  const before = clock.now;
  clock.invalidate(['a']);
  assert.equal(clock.isUnchanged(['a'], before), false);
  assert.equal(clock.isUnchanged(['b'], before), true);
  assert.equal(clock.isUnchanged(['a'], clock.now), true);
});

test('invalidating everything reaches also what has no tag', () => {
  const clock = new TagClock();
  const before = clock.now;
  clock.invalidateAll();
  assert.equal(clock.isUnchanged([], before), false);
  assert.equal(clock.isUnchanged([], clock.now), true);
});

test('memory is bounded, and a forgotten tag never brings an old value back', () => {
  const clock = new TagClock(1000);
  const marks: [string, number][] = [];
  for (let index = 0; index < 5000; index += 1) {
    marks.push([`t${index}`, clock.now]);
    clock.invalidate([`t${index}`]);
  }
  for (const [tag, mark] of marks) assert.equal(clock.isUnchanged([tag], mark), false, tag);
  assert.equal(clock.isUnchanged(['t1'], clock.now), true);
  assert.equal(clock.isUnchanged(['other'], clock.now - 500), true, 'young values outlive the forgetting');
});
