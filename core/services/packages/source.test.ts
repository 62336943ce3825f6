import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../../lib/errors.ts';
import { chooseRelease, engineProblem } from './choose-release.ts';
import { parseSource, readSource, sourceText } from './source.ts';

test('a source is a name, a path, an address, a repository or a package of npm', async () => {
  assert.deepEqual(await readSource('shop@^2'), { kind: 'registry', name: 'shop', range: '^2' });
  assert.deepEqual(await readSource('npm:@acme/shop@1.x'), { kind: 'npm', name: '@acme/shop', range: '1.x' });
  assert.deepEqual(await readSource('npm:shop'), { kind: 'npm', name: 'shop', range: '' });
  assert.deepEqual(await readSource('https://example.org/shop.tgz'), {
    kind: 'url',
    url: 'https://example.org/shop.tgz',
  });
  for (const text of ['git+https://example.org/shop.git#v1', 'git+file:///srv/shop', 'ssh://git@example.org/shop'])
    assert.equal((await readSource(text)).kind, 'git', text);
  assert.equal((await readSource(import.meta.dirname)).kind, 'folder');
  assert.equal((await readSource(import.meta.filename)).kind, 'file');
  for (const text of [
    'registry:shop',
    'npm:@acme/shop',
    'git+ssh://git@example.org/a.git#v1',
    'folder:/srv/shop',
    'file:/srv/a.zip',
  ])
    assert.equal(sourceText(parseSource(text)), text);
});

test('what could be an option or a command of somebody else is no source', async () => {
  const wrong = [
    '--upload-pack=x',
    'git+ext::sh -c x',
    'git+https://example.org/a.git#--x',
    'Shop',
    '../nothing',
    'npm:../x',
    'none.zip',
    '',
  ];
  for (const text of wrong)
    await assert.rejects(readSource(text), (error) => isGalleyError(error, 'GALLEY_INPUT_INVALID'), text);
});

test('the newest release that fits is chosen, and each newer one has its reason', () => {
  const now = Date.parse('2026-06-10T00:00:00Z');
  const wish = { name: 'shop', range: '', engine: '0.1.0', minimumAge: 72, now };
  const releases = [
    { version: '3.0.0-beta.1', engine: '', released: '2026-01-01T00:00:00Z' },
    { version: '2.1.0', engine: '', released: '2026-06-09T00:00:00Z' },
    { version: '2.0.0', engine: '^9.0.0', released: '2026-01-01T00:00:00Z' },
    { version: '1.9.0', engine: '>=0.1.0', released: '2026-01-01T00:00:00Z' },
    { version: '1.0.0', engine: '', released: '2026-01-01T00:00:00Z' },
  ];
  const { release, reasons } = chooseRelease(releases, wish);
  assert.equal(release?.version, '1.9.0');
  assert.match(reasons[0] ?? '', /2\.1\.0 is left out: it has been out for 24 hours.*72/);
  assert.match(reasons[1] ?? '', /2\.0\.0 is left out: it runs on Galley \^9\.0\.0, and this is 0\.1\.0/);
  assert.equal(chooseRelease(releases, { ...wish, minimumAge: 0 }).release?.version, '2.1.0');
  assert.equal(chooseRelease(releases, { ...wish, range: '1.0.x' }).release?.version, '1.0.0');
  assert.equal(chooseRelease(releases, { ...wish, range: '3.0.0-beta.1' }).release?.version, '3.0.0-beta.1');
  assert.match(chooseRelease(releases, { ...wish, range: '^4' }).reasons[0] ?? '', /no version \^4; there are: /);
  assert.throws(() => chooseRelease(releases, { ...wish, range: 'newest' }), /no range of versions/);
  assert.match(engineProblem('soon', '0.1.0') ?? '', /cannot be read/);
});
