import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freeSlug } from './slug.ts';

/** The slug for a name that some numbers have, and how often was asked. */
async function ask(isTaken: (number: number) => boolean): Promise<[slug: string, asked: number]> {
  let asked = 0;
  const slug = await freeSlug('proof', async (one) => {
    asked++;
    return isTaken(Number(/\d+$/.exec(one)?.[0] ?? 1));
  });
  return [slug, asked];
}

describe('A slug that is free', () => {
  test('is the wanted one where nobody has it', async () => {
    assert.deepEqual(await ask(() => false), ['proof', 1]);
  });

  test('has the least number where all before it are taken', async () => {
    for (let most = 1; most <= 70; most++)
      assert.equal((await ask((number) => number <= most))[0], `proof-${most + 1}`);
  });

  test('is free, whatever is taken', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const isTaken = (number: number): boolean => number === 1 || (number < 300 && (number * seed) % 7 < 5);
      const [slug] = await ask(isTaken);
      assert.equal(isTaken(Number(slug.slice('proof-'.length))), false);
    }
  });

  test('is found by few questions', async () => {
    const [slug, asked] = await ask((one) => one <= 10_000);
    assert.equal(slug, 'proof-10001');
    assert.ok(asked <= 29, `${asked} questions`);
  });

  test('is not looked for without end', async () => {
    await assert.rejects(
      ask(() => true),
      /No number/,
    );
  });
});
