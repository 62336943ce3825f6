import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { pathProblem, safeJoin } from './safe-path.ts';

test('paths that leave the folder, or that some system reads as another, are refused', () => {
  const refused = [
    '',
    '/',
    '/etc/passwd',
    '..',
    '../x',
    'a/../b',
    'a/..',
    './a',
    'a/./b',
    'a//b',
    'a/',
    'a\\b',
    '..\\x',
    'C:/x',
    'c:x',
    'a\0.png',
    'a\nb',
    'a\u202egnp.exe',
    'a\u200b',
    'x.',
    'x ',
    ' x',
    'a/b. /c',
    'con',
    'NUL.txt',
    'com1',
    'a:stream',
    'e\u0301.png',
    'x'.repeat(256),
    'ü'.repeat(130),
    `${'a/'.repeat(600)}b`,
    'a?b',
    'a*b',
    'a|b',
    'a<b',
  ];
  for (const path of refused) {
    assert.ok(pathProblem(path), JSON.stringify(path));
    assert.throws(
      () => safeJoin('/srv/uploads', path),
      (error) => isGalleyError(error, 'GALLEY_FILE_REFUSED'),
    );
  }
});

test('ordinary names stay, in any script and with dots and blanks inside', () => {
  for (const path of [
    'a.png',
    '2024/05/photo-1200x800.jpg',
    'tükör fúró.pdf',
    '画像/日本.webp',
    '.well-known/x',
    'a..b',
    'console.log',
  ])
    assert.equal(safeJoin('/srv/uploads', path), `/srv/uploads/${path}`);
});
