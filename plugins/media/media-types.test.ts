import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from 'galley';
import { checkAlias, readCopyAlias } from './alias.ts';
import { cleanName, newStoragePath, titleOf } from './file-name.ts';
import { fittedWidth, wantedCopies } from './image-sizes.ts';
import { agreeOnKind } from './media-types.ts';

const isRefused = (pattern: RegExp) => (error: unknown) =>
  isGalleyError(error, 'GALLEY_FILE_REFUSED') && pattern.test(error.message);

test('a file is taken where its name, its bytes and its sender agree', () => {
  assert.equal(agreeOnKind('a.jpg', 'image/jpeg', 'image/jpeg').type, 'image/jpeg');
  assert.equal(agreeOnKind('A.JPEG', 'image/jpeg', 'image/pjpeg').type, 'image/jpeg');
  assert.equal(agreeOnKind('a.png', 'image/apng').type, 'image/png');
  assert.equal(agreeOnKind('talk.opus', 'audio/ogg; codecs=opus', 'audio/ogg').type, 'audio/ogg');
  assert.equal(agreeOnKind('a.m4a', 'audio/x-m4a', 'audio/x-m4a').type, 'audio/mp4');
});

test('a sender who says nothing of the type is no contradiction', () => {
  for (const claim of [undefined, '', 'application/octet-stream'])
    assert.equal(agreeOnKind('a.pdf', 'application/pdf', claim).type, 'application/pdf');
});

test('a name, content or claim that says otherwise is refused', () => {
  assert.throws(() => agreeOnKind('a.jpg', 'image/png', 'image/jpeg'), isRefused(/name says JPEG.*content is PNG/));
  assert.throws(() => agreeOnKind('a.jpg', 'image/jpeg', 'text/html'), isRefused(/sent as text\/html/));
  assert.throws(() => agreeOnKind('a.jpg', undefined, 'image/jpeg'), isRefused(/something else/));
});

test('kinds that are not on the list are refused, whatever they are', () => {
  const names = [
    'a.php',
    'a.html',
    'a.zip',
    'a.exe',
    'a.js',
    'a.phtml',
    'a.jpg.php',
    'a',
    'a.',
    '.htaccess',
    'a.docm',
    'a.bmp',
    'a.tiff',
    'a.heic',
  ];
  for (const name of names)
    assert.throws(() => agreeOnKind(name, 'image/jpeg', 'image/jpeg'), isRefused(/not taken/), name);
});

test('SVG is refused with the reason and a way out', () => {
  assert.throws(() => agreeOnKind('a.svg', undefined, 'image/svg+xml'), isRefused(/programs.*PNG/));
  assert.throws(() => agreeOnKind('a.png', 'image/png', 'image/svg+xml'), isRefused(/SVG/));
});

test('names lose folders, hidden characters and all but one extension', () => {
  const cases: [given: string, name: string][] = [
    ['photo.jpg', 'photo.jpg'],
    ['Photo.2026.11.JPG', 'Photo-2026-11.jpg'],
    ['shell.php.jpg', 'shell-php.jpg'],
    ['../../etc/passwd.png', 'passwd.png'],
    ['..\\..\\boot.ini.png', 'boot-ini.png'],
    ['C:\\Users\\x\\a.png', 'a.png'],
    ['a\u202egnp.exe.png', 'agnp-exe.png'],
    ['a\u0000b\n.png', 'ab.png'],
    ['u\u0308ber.png', 'über.png'],
    ['.htaccess.png', 'htaccess.png'],
    ['...', 'file'],
    ['', 'file'],
    ['写真.webp', '写真.webp'],
  ];
  for (const [given, name] of cases) assert.equal(cleanName(given), name, JSON.stringify(given));
  const long = cleanName(`${'🙂'.repeat(300)}.jpeg`);
  assert.equal([...long].length, 100);
  assert.ok(long.endsWith('.jpeg'));
});

test('a stored file has a name of ours, and no two the same', () => {
  const now = new Date('2026-03-05T00:00:00Z');
  const [one, two] = [newStoragePath('../Grüße aus Köln.jpg', now), newStoragePath('../Grüße aus Köln.jpg', now)];
  assert.match(one, /^2026\/03\/[0-9a-f]{10}-grusse-aus-koln$/);
  assert.notEqual(one, two);
  assert.match(newStoragePath('___.png', now), /^2026\/03\/[0-9a-f]{10}-file$/);
  assert.equal(titleOf('My photo.jpg'), 'My photo');
});

test('a picture gets copies that are smaller than itself, and those of the theme', () => {
  const variants = (width: number, height: number, theme = {}) =>
    wantedCopies({ width, height }, theme).map(({ variant }) => variant);
  assert.deepEqual(variants(2000, 1000), ['w320', 'w640', 'w960', 'w1280', 'w1920']);
  assert.deepEqual(variants(960, 500), ['w320', 'w640']);
  assert.deepEqual(variants(200, 100), []);
  const theme = { thumbnail: { width: 150, height: 150, crop: true }, hero: { width: 1250 } };
  assert.deepEqual(variants(2000, 1000, theme), ['w320', 'w640', 'w960', 'w1250', 'w1920', 'thumbnail']);
  assert.deepEqual(variants(140, 900, theme), []);
  assert.equal(fittedWidth({ width: 800, height: 300 }, { width: 1000, height: 1000 }), 300);
});

test('former addresses are those of WordPress’s uploads, in one spelling', () => {
  assert.equal(checkAlias('/wp-content/uploads/2012/01/x.jpg'), '/wp-content/uploads/2012/01/x.jpg');
  for (const alias of [
    '/etc/passwd',
    '/wp-content/uploads/../config.php',
    '/wp-content/uploads//x.jpg',
    '/wp-content/uploads/x.jpg?y',
    '/wp-content/uploads/',
    `/wp-content/uploads/${'x'.repeat(600)}`,
  ])
    assert.throws(
      () => checkAlias(alias),
      (error) => isGalleyError(error, 'GALLEY_INPUT_INVALID'),
      alias,
    );
  assert.deepEqual(readCopyAlias('/a/x-300x200.jpg'), { path: '/a/x.jpg', width: 300 });
  assert.deepEqual(readCopyAlias('/a/x-scaled.jpg'), { path: '/a/x.jpg', width: undefined });
  assert.equal(readCopyAlias('/a/x.jpg'), undefined);
});
