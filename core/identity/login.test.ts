import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { identitySite, PASSWORD } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { type ErrorCode, type GalleyError, isGalleyError } from '../lib/errors.ts';
import type { LoginOutcome } from './identity-hooks.ts';
import { networkOf, waitAfter } from './login-throttle.ts';
import { SYSTEM } from './viewer.ts';

const code = (wanted: ErrorCode) => (error: unknown) => isGalleyError(error, wanted);
const failed = code('GALLEY_LOGIN_FAILED');
const throttled = code('GALLEY_RATE_LIMITED');
const WRONG = 'a wrong password, long enough';

forEachStore((store) => {
  const made = identitySite(store);
  const login = () => made.site.login;

  /** So many wrong passwords from an address; how each was refused. */
  async function fail(name: string, times: number, address = '198.51.100.1', device?: string): Promise<ErrorCode[]> {
    const codes: ErrorCode[] = [];
    for (let count = 0; count < times; count += 1) {
      const error: GalleyError = await login()
        .withPassword(name, WRONG, { address, device })
        .then(
          () => assert.fail('logged in with a wrong password'),
          (reason: GalleyError) => reason,
        );
      codes.push(error.code);
    }
    return codes;
  }

  test('login or e-mail address and password open a session, whatever the case of the name', async () => {
    const ada = await made.user('ada', 'editor');
    for (const name of ['ada', 'ADA', 'Ada@Example.org']) {
      const { token, user } = await login().withPassword(name, PASSWORD, { address: '192.0.2.1', agent: 'B' });
      const session = await made.site.sessions.read(token);
      assert.deepEqual(
        [user.id, session?.userId, session?.factors, session?.address],
        [ada.id, ada.id, ['password'], '192.0.2.1'],
      );
    }
    assert.ok((await made.site.users.store.findMany([ada.id]))[0]?.lastLoginAt);
  });

  test('known and unknown names get the same words, status and work', async () => {
    await made.user('known');
    const disabled = await made.user('shut');
    await made.user('nopassword', 'author', { password: undefined });
    await made.site.users.setStatus(disabled.id, 'disabled', SYSTEM);
    const answers = new Set<string>();
    const tries: [string, string][] = [
      ['known', WRONG],
      ['unknown', WRONG],
      ['nobody@example.org', WRONG],
      ['shut', PASSWORD],
      ['nopassword', ''],
      ['', ''],
      ['known', ''],
      ['known', 'x'.repeat(5000)],
      ['x'.repeat(5000), PASSWORD],
      ['known\u0000', PASSWORD],
      [`known' OR '1'='1`, PASSWORD],
    ];
    for (const [name, password] of tries) {
      const before = made.site.passwords.verifications;
      await assert.rejects(login().withPassword(name, password, { address: '203.0.113.5' }), (error: GalleyError) => {
        answers.add(`${error.code} ${error.status} ${error.message} ${JSON.stringify(error.details)}`);
        return true;
      });
      assert.equal(made.site.passwords.verifications - before, 1, `one verification for ${name.slice(0, 20)}`);
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
  });

  test('known and unknown names cost the same queries', async () => {
    await made.user('counted');
    const statements = async (name: string) => {
      const { queries } = await made.site.database.countQueries(() =>
        login()
          .withPassword(name, WRONG, { address: '203.0.113.77' })
          .catch(() => undefined),
      );
      return queries.map(({ sql }) => sql);
    };
    assert.deepEqual(await statements('counted'), await statements('uncounted'));
  });

  test('the session that the browser had before dies with the log-in', async () => {
    await made.user('fixed');
    const first = await login().withPassword('fixed', PASSWORD);
    const second = await login().withPassword('fixed', PASSWORD, { previousToken: first.token });
    assert.notEqual(first.token, second.token);
    assert.equal(await made.site.sessions.read(first.token), undefined);
    assert.ok(await made.site.sessions.read(second.token));
  });

  test('a failed log-in does not end the session that the browser has', async () => {
    await made.user('keeps');
    const { token } = await login().withPassword('keeps', PASSWORD);
    await assert.rejects(login().withPassword('keeps', WRONG, { previousToken: token }), failed);
    assert.ok(await made.site.sessions.read(token));
  });

  test('from the fifth failure on there is a wait that doubles, and success forgets it', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    try {
      await made.user('guessed');
      assert.deepEqual(new Set(await fail('guessed', 5)), new Set(['GALLEY_LOGIN_FAILED']));
      await assert.rejects(
        login().withPassword('guessed', PASSWORD, { address: '198.51.100.1' }),
        (error: GalleyError) => {
          assert.ok(throttled(error));
          assert.deepEqual(error.details, { retryAfter: 1 });
          return true;
        },
      );
      mock.timers.tick(1000);
      assert.deepEqual(await fail('guessed', 2), ['GALLEY_LOGIN_FAILED', 'GALLEY_RATE_LIMITED']);
      mock.timers.tick(1999);
      assert.deepEqual(await fail('guessed', 1), ['GALLEY_RATE_LIMITED']);
      mock.timers.tick(1);
      await login().withPassword('guessed', PASSWORD, { address: '198.51.100.1' });
      assert.deepEqual(new Set(await fail('guessed', 4)), new Set(['GALLEY_LOGIN_FAILED']));
    } finally {
      mock.timers.reset();
    }
  });

  test('names that nobody has are throttled as those that somebody has', async () => {
    await made.user('exists');
    assert.deepEqual(await fail('exists', 7, '198.51.100.2'), await fail('doesnotexist', 7, '198.51.100.2'));
  });

  test('the login and the e-mail address of one account tell nothing of each other', async () => {
    await made.user('linked');
    await fail('linked', 6, '198.51.100.3');
    assert.deepEqual(await fail('linked@example.org', 1, '198.51.100.3'), ['GALLEY_LOGIN_FAILED']);
  });

  test('tries at the same time count as tries one after the other', async () => {
    await made.user('parallel');
    const before = made.site.passwords.verifications;
    const tries = Array.from({ length: 20 }, () =>
      login().withPassword('parallel', WRONG, { address: '198.51.100.9' }),
    );
    const results = await Promise.allSettled(tries);
    assert.ok(results.every(({ status }) => status === 'rejected'));
    assert.ok(
      made.site.passwords.verifications - before <= 5,
      `${made.site.passwords.verifications - before} passwords were tried`,
    );
  });

  test('strangers from many networks never lock the owner out of a browser that has logged in before', async () => {
    await made.user('owner');
    const home = '192.0.2.10';
    const { device } = await login().withPassword('owner', PASSWORD, { address: home });
    for (let network = 0; network < 10; network += 1) await fail('owner', 6, `10.0.${network}.1`);
    await fail('owner', 6, home);
    await assert.rejects(login().withPassword('owner', PASSWORD, { address: home }), throttled);
    const again = await login().withPassword('owner', PASSWORD, { address: home, device });
    assert.equal(again.device, device);
  });

  test('a device cookie of somebody else, one that was changed and one that is too old are worth nothing', async () => {
    await made.user('target');
    await made.user('attacker');
    const own = await login().withPassword('attacker', PASSWORD);
    const real = await login().withPassword('target', PASSWORD);
    await fail('target', 6, '198.51.100.20');
    const swapped = own.device.replace(/^\d+/, String(real.user.id));
    const at = (device: string) => login().withPassword('target', PASSWORD, { address: '198.51.100.20', device });
    for (const device of [own.device, swapped, `${real.device}x`, '', 'x.y.z.w'])
      await assert.rejects(at(device), throttled);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 366 * 24 * 3_600_000 });
    await made.site.login.unlock(real.user.id, SYSTEM);
    await fail('target', 6, '198.51.100.20');
    await assert.rejects(at(real.device), throttled);
    mock.timers.reset();
  });

  test('guesses with the owner’s own device cookie are throttled too', async () => {
    await made.user('stolen');
    const { device } = await login().withPassword('stolen', PASSWORD);
    assert.deepEqual((await fail('stolen', 6, '198.51.100.30', device)).at(-1), 'GALLEY_RATE_LIMITED');
    assert.ok(await login().withPassword('stolen', PASSWORD, { address: '198.51.100.31' }));
  });

  test('an administrator forgets the failures of a user', async () => {
    const one = await made.user('unlocked');
    await fail('unlocked', 6, '198.51.100.40');
    await login().unlock(one.id, SYSTEM);
    assert.ok(await login().withPassword('unlocked', PASSWORD, { address: '198.51.100.40' }));
  });

  test('success and failure are told with their reason, never with the password', async () => {
    const heard: [string, LoginOutcome][] = [];
    const removers = [
      made.site.hooks.addAction('login:succeeded', (outcome) => void heard.push(['ok', outcome])),
      made.site.hooks.addAction('login:failed', (outcome) => void heard.push(['no', outcome])),
    ];
    await made.user('told');
    await login().withPassword('told', PASSWORD, {
      address: '192.0.2.4',
      previousToken: 'secret-token',
      device: 'secret-device',
    });
    await fail('told', 6, '198.51.100.50');
    await fail('untold', 1, '198.51.100.50');
    for (const remove of removers) remove();
    assert.deepEqual(
      heard.map(([kind, { reason }]) => `${kind} ${reason}`),
      ['ok undefined', ...Array(5).fill('no password'), 'no throttled', 'no unknown'],
    );
    const text = JSON.stringify(heard);
    for (const secret of [PASSWORD, WRONG, 'secret-token', 'secret-device', 'argon2'])
      assert.ok(!text.includes(secret), secret);
  });

  test('a plugin that knows the person answers before the own table; one that does not leaves it to it', async () => {
    const one = await made.user('ldapuser', 'author', { password: undefined });
    const remove = made.site.hooks.addResponder('login:authenticating', ({ login: name, password }) =>
      name === 'ldapuser' && password === 'from the directory' ? { userId: one.id, factors: ['ldap'] } : undefined,
    );
    const { token } = await login().withPassword('ldapuser', 'from the directory');
    assert.deepEqual((await made.site.sessions.read(token))?.factors, ['ldap']);
    await assert.rejects(login().withPassword('ldapuser', 'another password'), failed);
    remove();
    await assert.rejects(login().withPassword('ldapuser', 'from the directory'), failed);
  });

  test('every strategy ends at the same door: a disabled user does not come in by any', async () => {
    const one = await made.user('carded');
    const remove = made.site.strategies.define('card', {
      title: 'Card',
      authenticate: async ({ card }) => (card === '7' ? { userId: one.id, factors: ['card'] } : undefined),
    });
    const { token } = await login().with('card', { card: '7' }, { address: '192.0.2.1' });
    assert.deepEqual((await made.site.sessions.read(token))?.factors, ['card']);
    await assert.rejects(login().with('card', { card: '8' }), failed);
    await made.site.users.setStatus(one.id, 'disabled', SYSTEM);
    await assert.rejects(login().with('card', { card: '7' }), failed);
    await assert.rejects(login().completeLogin(one, ['card']), failed);
    await assert.rejects(login().with('carb', { card: '7' }), /"carb".*card/);
    remove();
  });

  test('a hash made with less work is replaced at the next log-in', async () => {
    const one = await made.user('oldhash');
    const cheap = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await made.site.database.write('users').where({ id: one.id }).update({ password_hash: cheap });
    await login().withPassword('oldhash', PASSWORD);
    const stored = (await made.site.users.store.credentialsById(one.id))?.passwordHash ?? '';
    assert.match(stored, /m=19456,t=2,p=1/);
    assert.ok(await login().withPassword('oldhash', PASSWORD));
  });

  test('the password is asked again before something sensitive: a new token, the old one dies', async () => {
    const one = await made.user('confirms');
    const { token } = await login().withPassword('confirms', PASSWORD);
    await assert.rejects(login().confirm(token, WRONG), failed);
    assert.ok(await made.site.sessions.read(token));
    const next = await login().confirm(token, PASSWORD);
    assert.equal(await made.site.sessions.read(token), undefined);
    assert.equal((await made.site.sessions.read(next.token))?.userId, one.id);
    await assert.rejects(login().confirm(token, PASSWORD), code('GALLEY_LOGIN_REQUIRED'));
    for (let count = 0; count < 5; count += 1) await assert.rejects(login().confirm(next.token, WRONG), failed);
    await assert.rejects(login().confirm(next.token, PASSWORD), throttled);
  });

  test('log-out ends the session and says so; again or with a made-up token is no error', async () => {
    await made.user('leaves');
    const heard: string[] = [];
    const remove = made.site.hooks.addAction('logout:done', ({ user }) => void heard.push(user.login));
    const { token } = await login().withPassword('leaves', PASSWORD);
    await login().logout(token);
    assert.equal(await made.site.sessions.read(token), undefined);
    await login().logout(token);
    await login().logout('made up');
    remove();
    assert.deepEqual(heard, ['leaves']);
  });

  test('a change of password ends the other sessions and keeps the one it was made in', async () => {
    const one = await made.user('changes');
    const [mine, other] = [
      await login().withPassword('changes', PASSWORD),
      await login().withPassword('changes', PASSWORD),
    ];
    const by = (await made.site.sessions.read(mine.token))?.viewer ?? SYSTEM;
    await made.site.users.setPassword(one.id, `${PASSWORD} next`, { by, keep: mine.token });
    assert.ok(await made.site.sessions.read(mine.token));
    assert.equal(await made.site.sessions.read(other.token), undefined);
    await assert.rejects(login().withPassword('changes', PASSWORD), failed);
    assert.ok(await login().withPassword('changes', `${PASSWORD} next`));
  });

  test('counts of failures that are out of date are deleted', async () => {
    await fail('stalecount', 1, '198.51.100.60');
    const amount = async () => (await made.site.database.read('login_throttle')).length;
    assert.ok((await amount()) > 0);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 400 * 24 * 3_600_000 });
    await made.site.cron.run('identity:prune');
    mock.timers.reset();
    assert.equal(await amount(), 0);
  });
});

test('the wait begins with the fifth failure at 1 s, doubles, and is never more than 15 minutes', () => {
  assert.deepEqual([1, 4, 5, 6, 7, 14, 15, 500].map(waitAfter), [0, 0, 1000, 2000, 4000, 512_000, 900_000, 900_000]);
});

test('an address stands for its network: /24, or /64 with IPv6 however it is written', () => {
  assert.equal(networkOf('192.0.2.77'), networkOf('192.0.2.1'));
  assert.equal(networkOf('::ffff:192.0.2.77'), networkOf('192.0.2.1'));
  assert.notEqual(networkOf('192.0.3.1'), networkOf('192.0.2.1'));
  assert.equal(networkOf('2001:db8:0:7::1'), networkOf('2001:0db8:0000:0007:ffff:1:2:3'));
  assert.notEqual(networkOf('2001:db8:0:7::1'), networkOf('2001:db8:0:8::1'));
  assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'));
  assert.equal(networkOf('::1'), '0:0:0:0');
});
