import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { contrastOf, type Oklch } from '../lib/colors.ts';
import { accentOf } from './accent.ts';

/** The grounds of the admin in its stylesheet: of the day, of the night by the device, of the night by choice. */
async function groundsOfModes(): Promise<Oklch[][]> {
  const css = await readFile(join(import.meta.dirname, 'assets/parts/tokens.css'), 'utf8');
  const found = [...css.matchAll(/--color-(?:paper|surface|sheet): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
  const colors = found.map(([, l, c, h]) => ({ l: Number(l), c: Number(c), h: Number(h) }));
  return [colors.slice(0, 3), colors.slice(3, 6), colors.slice(6)];
}

test('contrast is counted as WCAG does', () => {
  const [white, black] = [
    { l: 1, c: 0, h: 0 },
    { l: 0, c: 0, h: 0 },
  ];
  assert.equal(contrastOf(white, black).toFixed(2), '21.00');
});

test('whatever colour is chosen, words in it and words on it have the contrast of AA', async () => {
  const [day = [], ...nights] = await groundsOfModes();
  assert.deepEqual([day.length, ...nights.map((grounds) => grounds.length)], [3, 3, 3]);
  const parts = ['00', '55', 'aa', 'ff'];
  for (const hex of parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}`)))) {
    const { light, dark } = accentOf(hex);
    for (const { shades, grounds } of [
      { shades: light, grounds: day },
      ...nights.map((night) => ({ shades: dark, grounds: night })),
    ])
      for (const ground of [...grounds, shades.wash, shades.onAccent])
        for (const color of [shades.accent, shades.strong])
          assert.ok(contrastOf(color, ground) >= 4.5, `${hex}: ${contrastOf(color, ground)}`);
  }
});

test('a colour that can be read stays what it is', () => {
  const { light, isDarkened } = accentOf('#1d6f73');
  assert.equal(isDarkened, false);
  assert.ok(Math.abs(light.accent.l - 0.5) < 0.02, String(light.accent.l));
});
