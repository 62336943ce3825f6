import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { isGalleyError } from '../lib/errors.ts';
import { Passwords } from './passwords.ts';

const passwords = (options = {}) => new Passwords({ minLength: 15, hashers: 4, queue: 8, ...options });
const weak = (error: unknown) => isGalleyError(error, 'GALLEY_PASSWORD_WEAK');
const GOOD = 'quiet teapot orbit seventy';

test('a password is stored as argon2id with salt and cost, and verifies', async () => {
  const one = passwords();
  const [first, second] = await Promise.all([one.hash(GOOD), one.hash(GOOD)]);
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(first, second);
  assert.equal(await one.verify(first, GOOD), true);
  assert.equal(await one.verify(first, `${GOOD} `), false);
});

test('without a stored hash the same work is done and the answer is no', async () => {
  const one = passwords();
  assert.equal(await one.verify(null, GOOD), false);
  assert.equal(await one.verify('not a hash', GOOD), false);
  assert.equal(one.verifications, 2);
});

test('a password is checked as received: no trimming, cutting or normalising', async () => {
  const one = passwords();
  const composed = 'caf\u00e9 orbit seventy two';
  const stored = await one.hash(composed);
  assert.equal(await one.verify(stored, composed.normalize('NFD')), false);
  const long = 'a'.repeat(1000);
  const storedLong = await one.hash(long);
  assert.equal(await one.verify(storedLong, `${long}b`), false);
  assert.equal(await one.verify(storedLong, long), true);
});

test('more than 1,024 bytes are refused when chosen and never match', async () => {
  const one = passwords();
  assert.throws(() => one.check('x7 Jq'.repeat(300)), weak);
  assert.equal(await one.verify(await one.hash(''), 'a'.repeat(1025)), false);
});

test('a hash made with less work is to be made again', async () => {
  const one = passwords();
  const cheap = await hash(GOOD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  assert.equal(one.needsRehash(cheap), true);
  assert.equal(await one.verify(cheap, GOOD), true);
  assert.equal(one.needsRehash(await one.hash(GOOD)), false);
});

test('no more than the set number is hashed at once, and too long a queue is refused', async () => {
  const one = passwords({ hashers: 2, queue: 3 });
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => one.verify(null, GOOD)));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 3);
  assert.ok(refused.every(({ reason }) => isGalleyError(reason, 'GALLEY_LOGIN_BUSY')));
  assert.equal(await one.verify(null, GOOD), false); // All places were given back.
});

for (const password of [
  'short',
  'fourteen chars',
  'password12345678!',
  'passwordpassword',
  'P@ssw0rdP@ssw0rd1',
  '123456789012345678',
  'qwertyuiopasdfghjkl',
  '1qaz2wsx3edc4rfv',
  'aaaaaaaaaaaaaaaaaaaa',
  'iloveyouiloveyou!!',
  'correcthorsebatterystaple',
  'letmeinletmein2024',
  'abcdefghijklmnop',
  'Zzz9Zzz9Zzz9Zzz9Zzz9',
]) {
  test(`the password ${password} is refused`, () => {
    assert.throws(() => passwords().check(password), weak);
  });
}

test('words of the context make no password: site, login, e-mail address, product', () => {
  const context = ['The Harbour Gazette', 'mathilda', 'mathilda.voss@seaside.example'];
  for (const password of [
    'mathildamathildavoss',
    'HarbourGazette2026',
    'galleygalleygalley1',
    'm4th1lda.seaside.1234',
  ]) {
    assert.throws(() => passwords().check(password, context), weak, password);
  }
});

test('long passwords of many kinds are taken', () => {
  for (const password of [
    GOOD,
    'V7#kq!92mZ@xL0pw',
    'dragon monkey summer winter',
    'Zwölf Boxkämpfer jagen',
    '我的密码是一个很长很长的句子没人知道',
    'x7Rq2pLm9Tz4Wc8',
  ]) {
    assert.doesNotThrow(() => passwords().check(password, ['site', 'anna']), password);
  }
});
