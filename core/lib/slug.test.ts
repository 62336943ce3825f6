import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freeNumber } from './slug.ts';

/** The number for a name of which these are taken, and how often was asked. */
async function ask(isTaken: (number: number) => boolean): Promise<[number: number, asked: number]> {
  let asked = 0;
  const number = await freeNumber(async (one) => {
    asked++;
    return isTaken(one);
  });
  return [number, asked];
}

describe('The number behind a name', () => {
  test('is the least where all before it are taken', async () => {
    for (let most = 1; most <= 70; most++) assert.equal((await ask((number) => number <= most))[0], most + 1);
  });

  test('is free, whatever is taken', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const isTaken = (number: number): boolean => number < 300 && (number * seed) % 7 < 5;
      assert.equal(isTaken((await ask(isTaken))[0]), false);
    }
  });

  test('is found by few questions', async () => {
    const [number, asked] = await ask((one) => one <= 10_000);
    assert.equal(number, 10_001);
    assert.ok(asked <= 28, `${asked} questions`);
  });
});
