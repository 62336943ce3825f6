import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mock, test } from 'node:test';
import { identitySite } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';

forEachStore((store) => {
  const made = identitySite(store);
  const tokens = () => made.site.tokens;

  test('of 20 who use a token at once exactly one wins', async () => {
    const { token } = await tokens().create({ purpose: 'invite', lifeMs: 60_000 });
    const results = await Promise.all(Array.from({ length: 20 }, () => tokens().use('invite', token)));
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal(await tokens().use('invite', token), false);
    assert.equal(await tokens().peek('invite', token), undefined);
  });

  test('of 20 transactions that use a token at once exactly one commits', async () => {
    const { token } = await tokens().create({ purpose: 'invite', lifeMs: 60_000 });
    const claim = () =>
      made.site.database.transaction(async () => {
        if (!(await tokens().use('invite', token))) throw new Error('used');
      });
    const results = await Promise.allSettled(Array.from({ length: 20 }, claim));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('looking does not use a token, and a transaction that fails leaves it usable', async () => {
    const { token } = await tokens().create({ purpose: 'invite', userId: 7, boundTo: 'b', lifeMs: 60_000 });
    const peeked = await tokens().peek('invite', token);
    assert.deepEqual([peeked?.userId, peeked?.boundTo], [7, 'b']);
    const failing = made.site.database.transaction(async () => {
      await tokens().use('invite', token);
      throw new Error('later');
    });
    await assert.rejects(failing, /later/);
    assert.equal(await tokens().use('invite', token), true);
  });

  test('a token is worth nothing for another purpose, after its time, when revoked, or made up', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const { token } = await tokens().create({ purpose: 'invite', lifeMs: 60_000 });
    assert.equal(await tokens().use('setup', token), false);
    assert.equal(await tokens().use('invite', 'made up'), false);
    mock.timers.tick(59_999);
    assert.ok(await tokens().peek('invite', token));
    mock.timers.tick(1);
    assert.equal(await tokens().use('invite', token), false);
    mock.timers.reset();
    const [mine, other] = await Promise.all(
      [1, 2].map((userId) => tokens().create({ purpose: 'key', userId, lifeMs: 60_000 })),
    );
    await tokens().revoke('key', 1);
    assert.equal(await tokens().use('key', mine?.token ?? ''), false);
    assert.equal(await tokens().use('key', other?.token ?? ''), true);
  });

  test('a token has 256 bits and only its hash is kept', async () => {
    const { token } = await tokens().create({ purpose: 'hashed', lifeMs: 60_000 });
    const rows = await made.site.database.read('one_time_tokens').where({ purpose: 'hashed' });
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    assert.ok(!JSON.stringify(rows).includes(token));
    assert.equal(rows[0]?.['id_hash'], createHash('sha256').update(token).digest('hex'));
  });
});
