import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mock, test } from 'node:test';
import { identitySite } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { SYSTEM } from './viewer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Runs `work` with a clock that stands still until it is told to go on. */
async function withClock(work: (pass: (ms: number) => void) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  try {
    await work((ms) => mock.timers.tick(ms));
  } finally {
    mock.timers.reset();
  }
}

forEachStore((store) => {
  const made = identitySite(store);
  const sessions = () => made.site.sessions;

  test('a session leads from the token to the user and what he may do', async () => {
    const ada = await made.user('ada', 'editor');
    const { token, expiresAt } = await sessions().create(ada.id, {
      address: '192.0.2.7',
      agent: 'Browser/1',
      factors: ['password'],
    });
    const session = await sessions().read(token);
    assert.ok(session);
    assert.equal(session.userId, ada.id);
    assert.equal(session.user.login, 'ada');
    assert.ok(session.viewer.can('edit_others_posts') && !session.viewer.can('manage_options'));
    assert.deepEqual([session.address, session.agent, session.factors], ['192.0.2.7', 'Browser/1', ['password']]);
    assert.equal(session.expiresAt, expiresAt);
  });

  test('the token has 256 bits, and the store holds only its SHA-256', async () => {
    const one = await made.user('hashed');
    const { token } = await sessions().create(one.id);
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    const rows = await made.site.database.read('sessions').where({ user_id: one.id });
    assert.ok(!JSON.stringify(rows).includes(token));
    assert.equal(rows[0]?.['id_hash'], createHash('sha256').update(token).digest('hex'));
  });

  test('tokens that were made up, or are no tokens at all, open nothing', async () => {
    for (const token of [
      undefined,
      '',
      'x',
      'A'.repeat(43),
      `${'A'.repeat(42)}\u0000`,
      'é'.repeat(43),
      'A'.repeat(100_000),
    ]) {
      assert.equal(await sessions().read(token), undefined);
    }
  });

  test('reading costs no query while the cache is warm', async () => {
    const one = await made.user('warm');
    const { token } = await sessions().create(one.id);
    await sessions().read(token);
    const { result, queries } = await made.site.database.countQueries(() => sessions().read(token));
    assert.equal(result?.userId, one.id);
    assert.deepEqual(queries, []);
  });

  test('a token that was unknown a moment ago works as soon as the session is there', async () => {
    const one = await made.user('replicated');
    const { token } = await sessions().create(one.id);
    const rows = await made.site.database.write('sessions').where({ user_id: one.id });
    await made.site.database.write('sessions').where({ user_id: one.id }).delete();
    assert.equal(await sessions().read(token), undefined);
    await made.site.database.write('sessions').insert(rows);
    assert.equal((await sessions().read(token))?.userId, one.id);
  });

  test('a session ends when it is not used: after 24 hours, an administrator’s after one', async () => {
    await withClock(async (pass) => {
      const [author, admin] = [await made.user('idle1'), await made.user('idle2', 'administrator')];
      const [one, two] = [await sessions().create(author.id), await sessions().create(admin.id)];
      pass(HOUR - MINUTE);
      assert.ok(await sessions().read(two.token));
      await sessions().settle();
      pass(HOUR - MINUTE);
      assert.ok(await sessions().read(two.token), 'use keeps it alive');
      await sessions().settle();
      pass(HOUR);
      assert.equal(await sessions().read(two.token), undefined);
      assert.ok(await sessions().read(one.token));
      await sessions().settle();
      pass(DAY);
      assert.equal(await sessions().read(one.token), undefined);
    });
  });

  test('a session ends in spite of use: an administrator’s after 12 hours, others’ after 30 days', async () => {
    await withClock(async (pass) => {
      const [author, admin] = [await made.user('abs1'), await made.user('abs2', 'administrator')];
      const [one, two] = [await sessions().create(author.id), await sessions().create(admin.id)];
      for (let passed = 0; passed < 12 * HOUR; passed += HOUR / 2) {
        assert.ok(await sessions().read(two.token), `after ${passed / HOUR} h`);
        await sessions().settle();
        pass(HOUR / 2);
      }
      assert.equal(await sessions().read(two.token), undefined);
      for (let passed = 12 * HOUR; passed < 30 * DAY; passed += 12 * HOUR) {
        assert.ok(await sessions().read(one.token), `after ${passed / DAY} d`);
        await sessions().settle();
        pass(12 * HOUR);
      }
      assert.equal(await sessions().read(one.token), undefined);
    });
  });

  test('use is noted once a minute, however many requests there are', async () => {
    await withClock(async (pass) => {
      const one = await made.user('busy');
      const { token } = await sessions().create(one.id);
      const writes = async () => {
        const { queries } = await made.site.database.countQueries(async () => {
          await Promise.all(Array.from({ length: 20 }, () => sessions().read(token)));
          await sessions().settle();
        });
        const row = await made.site.database.read('sessions').where({ user_id: one.id }).first();
        return { updates: queries.filter(({ sql }) => /^update/i.test(sql)).length, seenAt: row?.['seen_at'] };
      };
      assert.equal((await writes()).updates, 0);
      pass(MINUTE);
      assert.equal((await writes()).seenAt, Date.now());
      assert.equal((await writes()).updates, 0);
    });
  });

  test('disabling a user ends his sessions at once, and enabling him does not bring them back', async () => {
    const one = await made.user('disabled');
    const { token } = await sessions().create(one.id);
    assert.ok(await sessions().read(token));
    await made.site.users.setStatus(one.id, 'disabled', SYSTEM);
    assert.equal(await sessions().read(token), undefined);
    await made.site.users.setStatus(one.id, 'active', SYSTEM);
    assert.equal(await sessions().read(token), undefined);
  });

  test('a user who is disabled behind the back of this process has no session either, once the cache hears of it', async () => {
    const one = await made.user('disabled2');
    const { token } = await sessions().create(one.id);
    await made.site.database.write('users').where({ id: one.id }).update({ status: 'disabled' });
    await made.site.cache.invalidate([`user:${one.id}`]);
    assert.equal(await sessions().read(token), undefined);
  });

  test('a change of role ends the sessions of the user', async () => {
    const one = await made.user('promoted');
    const { token } = await sessions().create(one.id);
    await made.site.users.setRoles(one.id, ['editor'], SYSTEM);
    assert.equal(await sessions().read(token), undefined);
  });

  test('what a role may do changes for everybody who has it, at once', async () => {
    const one = await made.user('rolechange', 'contributor');
    const { token } = await sessions().create(one.id);
    assert.equal((await sessions().read(token))?.viewer.can('upload_files'), false);
    const contributor = await made.site.roles.get('contributor');
    const capabilities = [...(contributor?.capabilities ?? []), 'upload_files'];
    await made.site.roles.save('contributor', { title: 'Contributor', capabilities }, SYSTEM);
    assert.equal((await sessions().read(token))?.viewer.can('upload_files'), true);
    await made.site.roles.remove('contributor', SYSTEM);
    assert.equal((await sessions().read(token))?.viewer.can('upload_files'), false);
  });

  test('rotation gives a new token and a new form secret, the old token is dead', async () => {
    const one = await made.user('rotated');
    const { token } = await sessions().create(one.id, { factors: ['password'] });
    const old = await sessions().read(token);
    const next = await sessions().rotate(token, ['totp']);
    assert.ok(old && next);
    assert.equal(await sessions().read(token), undefined);
    assert.equal(await sessions().rotate(token), undefined);
    const session = await sessions().read(next.token);
    assert.deepEqual(session?.factors, ['password', 'totp']);
    assert.notEqual(session?.csrfSecret, old.csrfSecret);
    assert.equal(session?.expiresAt, old.expiresAt, 'rotation does not make a session last longer');
  });

  test('of many rotations at once exactly one wins', async () => {
    const one = await made.user('racing');
    const { token } = await sessions().create(one.id);
    const results = await Promise.all(Array.from({ length: 10 }, () => sessions().rotate(token)));
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal((await sessions().listOf(one.id)).length, 1);
  });

  test('people see their sessions and end one, the others or all; nobody ends those of others', async () => {
    const [one, other] = [await made.user('lister'), await made.user('lister2')];
    const tokens = [];
    for (const agent of ['A', 'B', 'C']) tokens.push((await sessions().create(one.id, { agent })).token);
    const foreign = await sessions().create(other.id);
    const listed = await sessions().listOf(one.id);
    assert.deepEqual(listed.map(({ agent }) => agent).sort(), ['A', 'B', 'C']);
    const [foreignSession] = await sessions().listOf(other.id);
    assert.equal(await sessions().destroyOne(one.id, foreignSession?.idHash ?? ''), false);
    const a = listed.find(({ agent }) => agent === 'A');
    assert.equal(await sessions().destroyOne(one.id, a?.idHash ?? ''), true);
    await sessions().destroyAllOf(one.id, { except: tokens[1] });
    assert.deepEqual(await Promise.all(tokens.map(async (token) => Boolean(await sessions().read(token)))), [
      false,
      true,
      false,
    ]);
    await sessions().destroyAllOf(one.id);
    assert.equal(await sessions().read(tokens[1]), undefined);
    assert.ok(await sessions().read(foreign.token));
  });

  test('sessions that have ended are deleted, others stay', async () => {
    await withClock(async (pass) => {
      const [author, admin] = [await made.user('prune1'), await made.user('prune2', 'administrator')];
      const stays = await sessions().create(author.id);
      await sessions().create(admin.id);
      pass(2 * HOUR);
      await sessions().prune();
      assert.deepEqual(await made.site.database.read('sessions').where({ user_id: admin.id }), []);
      assert.ok(await sessions().read(stays.token));
      await sessions().settle();
    });
  });
});
