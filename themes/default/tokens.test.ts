import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

type Tokens = Record<string, Record<string, unknown>>;

const folder = new URL('./assets/css/', import.meta.url);
const { tokens } = JSON.parse(readFileSync(new URL('./theme.json', import.meta.url), 'utf8')) as { tokens: Tokens };
const names = new Set(
  Object.entries(tokens).flatMap(([group, values]) => Object.keys(values).map((name) => `--${group}-${name}`)),
);
const styles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.css'))
  .map((file) => ({ file, css: readFileSync(new URL(file, folder), 'utf8') }));

test('every token that the styles name is in theme.json', () => {
  const unknown = styles.flatMap(({ file, css }) =>
    [...css.matchAll(/var\((--(?:color|font|size|space|radius)-[\w-]+)\)/g)]
      .filter(([, name = '']) => !names.has(name))
      .map(([, name]) => `${file}: ${name}`),
  );
  assert.deepEqual(unknown, []);
});

test('every token of theme.json is used', () => {
  const all = styles.map(({ css }) => css).join('');
  assert.deepEqual(
    [...names].filter((name) => !all.includes(name)),
    [],
  );
});

test('no style has a colour of its own: all come from tokens', () => {
  const raw = styles.flatMap(({ file, css }) =>
    [...css.matchAll(/:[^;{}]*(#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|lab|lch)a?\()/gi)].map(([text]) => `${file}${text}`),
  );
  assert.deepEqual(raw, []);
});
