import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { Keys } from './keys.ts';

const old = randomBytes(32).toString('hex');
const recent = randomBytes(32).toString('hex');

test('keys have 32 bytes, are the same each time and differ by purpose and by secret', () => {
  const keys = new Keys([recent]);
  assert.equal(keys.derive('a').length, 32);
  assert.deepEqual(keys.derive('a'), new Keys([recent, old]).derive('a'));
  assert.notDeepEqual(keys.derive('a'), keys.derive('b'));
  assert.notDeepEqual(keys.derive('a'), new Keys([old]).derive('a'));
});

test('a caller that changes its key does not change the next one', () => {
  const keys = new Keys([recent]);
  keys.derive('a').fill(0);
  assert.notDeepEqual(keys.derive('a'), Buffer.alloc(32));
});

test('a signature holds for its text and purpose only, and outlives a rotation until the secret leaves the ring', () => {
  const mac = new Keys([old]).sign('link', 'entry 1');
  const rotated = new Keys([recent, old]);
  assert.equal(rotated.verify('link', 'entry 1', mac), true);
  assert.equal(rotated.verify('link', 'entry 2', mac), false);
  assert.equal(rotated.verify('other', 'entry 1', mac), false);
  assert.equal(new Keys([recent]).verify('link', 'entry 1', mac), false);
  assert.notEqual(rotated.sign('link', 'entry 1'), mac);
});

test('a signature in another spelling, too short, too long or empty is refused', () => {
  const keys = new Keys([recent]);
  const mac = keys.sign('link', 'x');
  for (const wrong of ['', 'x', mac.slice(1), `${mac}A`, `${mac}=`, Buffer.from(mac, 'base64url').toString('hex')])
    assert.equal(keys.verify('link', 'x', wrong), false, wrong);
});

test('what was encrypted is read with any secret of the ring, and says when it should be encrypted anew', () => {
  const sealed = new Keys([old]).encrypt('options', 'tükör ✓', 'options:mail');
  const rotated = new Keys([recent, old]);
  assert.equal(rotated.decrypt('options', sealed, 'options:mail'), 'tükör ✓');
  assert.equal(rotated.isOutdated('options', sealed), true);
  assert.equal(rotated.isOutdated('options', rotated.encrypt('options', 'x', 'y')), false);
  assert.notEqual(rotated.encrypt('options', 'x', 'y'), rotated.encrypt('options', 'x', 'y'));
  assert.equal(rotated.decrypt('options', rotated.encrypt('options', '', 'y'), 'y'), '');
});

test('what was changed, cut, moved or made with an unknown secret is refused', () => {
  const keys = new Keys([recent]);
  const sealed = keys.encrypt('options', 'value', 'options:mail');
  const refused = (error: unknown) => isGalleyError(error, 'GALLEY_KEY_REFUSED');
  const flipped = sealed.slice(0, -2) + (sealed.at(-2) === 'A' ? 'B' : 'A') + sealed.slice(-1);
  for (const bad of [flipped, sealed.slice(0, 30), sealed.slice(0, -6), '', 'a.b.c', sealed.replace('g1', 'g2')])
    assert.throws(() => keys.decrypt('options', bad, 'options:mail'), refused, bad);
  assert.throws(() => keys.decrypt('options', sealed, 'options:other'), refused);
  assert.throws(() => keys.decrypt('other', sealed, 'options:mail'), refused);
  assert.throws(() => new Keys([old]).decrypt('options', sealed, 'options:mail'), refused);
});

test('an empty ring is refused at start', () => {
  assert.throws(() => new Keys([]), /GALLEY_SECRET/);
});
