import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIdle, NO_EDIT, partAround, partOfUpload, pixelsOf, readPlan } from './edit-plan.ts';

const round = (part: object): number[] => Object.values(part).map((value) => Math.round(Number(value) * 1000) / 1000);

test('the part that stays is found in the upload, however it is turned and mirrored', () => {
  const crop = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
  const of = (more: object): number[] => round(partOfUpload({ ...NO_EDIT, crop, ...more }));
  assert.deepEqual(of({}), [0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(of({ rotate: 90 }), [0.2, 0.6, 0.4, 0.3]);
  assert.deepEqual(of({ rotate: 180 }), [0.6, 0.4, 0.3, 0.4]);
  assert.deepEqual(of({ rotate: 270 }), [0.4, 0.1, 0.4, 0.3]);
  assert.deepEqual(of({ flipX: true }), [0.6, 0.2, 0.3, 0.4]);
  assert.deepEqual(of({ flipY: true }), [0.1, 0.4, 0.3, 0.4]);
});

test('pixels never lie outside of the picture and are never none', () => {
  const image = { width: 10, height: 7 };
  for (const part of [
    { x: 0, y: 0, width: 1, height: 1 },
    { x: 0.999, y: 0.999, width: 0.001, height: 0.001 },
    { x: -0.2, y: 0.5, width: 2, height: 2 },
  ]) {
    const { left, top, width, height } = pixelsOf(part, image);
    assert.ok(left >= 0 && top >= 0 && width >= 1 && height >= 1, JSON.stringify(part));
    assert.ok(left + width <= 10 && top + height <= 7, JSON.stringify(part));
  }
});

test('a cut keeps the focal point in its middle where it can, and stays inside', () => {
  const image = { width: 1000, height: 500 };
  assert.deepEqual(round(partAround({ x: 0.5, y: 0.5 }, image, { width: 100, height: 100 })), [0.25, 0, 0.5, 1]);
  assert.deepEqual(round(partAround({ x: 1, y: 0 }, image, { width: 100, height: 100 })), [0.5, 0, 0.5, 1]);
  assert.deepEqual(round(partAround({ x: 0.3, y: 0.9 }, image, { width: 400, height: 100 })), [0, 0.5, 1, 0.5]);
});

test('a plan that is none is refused, and one that changes nothing is idle', () => {
  assert.ok(isIdle(readPlan({})));
  assert.ok(isIdle(readPlan(null)));
  assert.ok(isIdle(readPlan({ crop: { x: 0, y: 0, width: 1, height: 1 } })));
  assert.ok(!isIdle(readPlan({ rotate: 90 })));
  assert.equal(readPlan({ crop: { x: 0.5, y: 0, width: 0.9, height: 1 } }).crop?.width, 0.5);
  for (const wrong of [
    { rotate: 45 },
    { crop: { x: 2, y: 0, width: 1, height: 1 } },
    { crop: { x: 1, y: 0, width: 1, height: 1 } },
    { crop: { x: 0, y: 0, width: 0, height: 1 } },
    { crop: { x: 'a' } },
  ])
    assert.throws(() => readPlan(wrong), /lies outside of it, or is too small/, JSON.stringify(wrong));
});
