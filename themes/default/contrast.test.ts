import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

type Mode = 'light' | 'dark';
type Colours = Record<string, Record<Mode, string>>;

interface ThemeFile {
  tokens: { color: Colours };
  variations: Record<string, { tokens: { color?: Colours } }>;
}

const theme = JSON.parse(readFileSync(new URL('./theme.json', import.meta.url), 'utf8')) as ThemeFile;

/** Pairs of ink and ground, with the least contrast that WCAG 2.2 asks of them: 1.4.3 for text, 1.4.11 for controls. */
const TEXT = 4.5;
const CONTROL = 3;
const PAIRS: [ink: string, ground: string, least: number][] = [
  ...['ink', 'muted', 'accent', 'success', 'warning', 'danger', 'info'].flatMap((ink): [string, string, number][] => [
    [ink, 'paper', TEXT],
    [ink, 'surface', TEXT],
  ]),
  ['on-accent', 'accent', TEXT],
  ['paper', 'ink', TEXT],
  ['ink', 'mark', TEXT],
  ['edge', 'paper', CONTROL],
  ['edge', 'surface', CONTROL],
  ['focus', 'paper', CONTROL],
  ['focus', 'surface', CONTROL],
];

/** The linear light of red, green and blue, from `oklch(L C H)`: the matrices of CSS Color 4, section 20. */
function linearRgb(colour: string): number[] {
  const parts = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour);
  assert.ok(parts, `"${colour}" is not written as oklch(L C H)`);
  const [lightness = 0, chroma = 0, hue = 0] = parts.slice(1).map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = linearRgb(colour).map((value) => Math.min(1, Math.max(0, value)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function coloursOf(variation: string): Colours {
  return { ...theme.tokens.color, ...theme.variations[variation]?.tokens.color };
}

test('the computation knows black on white and the grey that just passes', () => {
  assert.equal(contrast('oklch(0 0 0)', 'oklch(1 0 0)').toFixed(1), '21.0');
  assert.equal(contrast('oklch(0.56593 0 0)', 'oklch(1 0 0)').toFixed(2), '4.54'); // #767676
});

test('there are at least four variations beside the theme itself', () => {
  assert.ok(Object.keys(theme.variations).length >= 4);
});

for (const variation of ['galley', ...Object.keys(theme.variations)]) {
  for (const mode of ['light', 'dark'] as const) {
    test(`${variation}, ${mode}: text has 4.5 : 1, controls and focus 3 : 1`, () => {
      const colours = coloursOf(variation);
      const poor = PAIRS.map(([ink, ground, least]) => ({
        ink,
        ground,
        least,
        ratio: ratioOf(colours, ink, ground, mode),
      }))
        .filter(({ ratio, least }) => ratio < least)
        .map(({ ink, ground, least, ratio }) => `${ink} on ${ground}: ${ratio.toFixed(2)}, needs ${least}`);
      assert.deepEqual(poor, []);
    });
    test(`${variation}, ${mode}: every colour can be shown on a common screen`, () => {
      const outside = Object.entries(coloursOf(variation)).filter(([, colour]) =>
        linearRgb(colour[mode]).some((value) => value < -0.003 || value > 1.003),
      );
      assert.deepEqual(
        outside.map(([name, colour]) => `${name}: ${colour[mode]}`),
        [],
      );
    });
  }
}

test('an accent of any hue, held as base.css holds it, can be read on every paper', () => {
  const held: Record<Mode, string> = { light: '0.46 0.17', dark: '0.78 0.12' };
  const css = readFileSync(new URL('./assets/css/parts/base.css', import.meta.url), 'utf8');
  assert.match(css, /min\(l, 0\.46\) min\(c, 0\.17\)/);
  assert.match(css, /max\(l, 0\.78\) min\(c, 0\.12\)/);
  for (const variation of ['galley', ...Object.keys(theme.variations)]) {
    const { paper, surface, 'on-accent': onAccent } = coloursOf(variation);
    for (const mode of ['light', 'dark'] as const) {
      for (let hue = 0; hue < 360; hue += 5) {
        for (const ground of [paper, surface, onAccent]) {
          const ratio = contrast(`oklch(${held[mode]} ${hue})`, ground?.[mode] ?? '');
          assert.ok(ratio >= TEXT, `${variation}, ${mode}, hue ${hue}: ${ratio.toFixed(2)}`);
        }
      }
    }
  }
});

function ratioOf(colours: Colours, ink: string, ground: string, mode: Mode): number {
  const [one, other] = [colours[ink], colours[ground]];
  assert.ok(one && other, `theme.json has no colour "${one ? ground : ink}"`);
  return contrast(one[mode], other[mode]);
}
