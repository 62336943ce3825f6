import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { identitySite, PASSWORD } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { type ErrorCode, isGalleyError } from '../lib/errors.ts';
import { SYSTEM } from './viewer.ts';

const code = (wanted: ErrorCode) => (error: unknown) => isGalleyError(error, wanted);
const refused = code('GALLEY_TOKEN_INVALID');
const NEXT = 'velvet anchor nineteen prunes';

forEachStore((store) => {
  const made = identitySite(store);
  const resets = () => made.site.passwordResets;
  const request = async (login: string) => {
    const user = await resets().findUser(login);
    assert.ok(user);
    return (await resets().start(user.id, SYSTEM)).token;
  };

  test('a link sets a new password, logs nobody in, ends all sessions and works once', async () => {
    const one = await made.user('forgot');
    const { token: session } = await made.site.login.withPassword('forgot', PASSWORD);
    const token = await request('FORGOT@example.org');
    assert.equal((await resets().check(token))?.id, one.id);
    assert.equal((await resets().check(token))?.id, one.id, 'looking does not use it');
    const changed = await resets().complete(token, NEXT);
    assert.equal(changed.mustChangePassword, false);
    assert.equal(await made.site.sessions.read(session), undefined);
    assert.deepEqual(await made.site.sessions.listOf(one.id), []);
    assert.ok(await made.site.login.withPassword('forgot', NEXT, { address: '192.0.2.1' }));
    await assert.rejects(resets().complete(token, `${NEXT} again`), refused);
  });

  test('nobody, a disabled user and a made-up token get no reset', async () => {
    const one = await made.user('resetdisabled');
    const token = await request('resetdisabled');
    await made.site.users.setStatus(one.id, 'disabled', SYSTEM);
    assert.equal(await resets().findUser('resetdisabled'), undefined);
    assert.equal(await resets().findUser('nobody at all'), undefined);
    assert.equal(await resets().findUser(''), undefined);
    await assert.rejects(resets().complete(token, NEXT), refused);
    await assert.rejects(resets().complete('made up', NEXT), refused);
  });

  test('a link dies with the password or the e-mail address that it was asked for', async () => {
    const one = await made.user('binding');
    const [first, second] = [await request('binding'), await request('binding')];
    await resets().complete(first, NEXT);
    await assert.rejects(resets().complete(second, `${NEXT} 2`), refused);
    const third = await request('binding');
    await made.site.users.update(one.id, { email: 'moved@example.org' }, { by: SYSTEM });
    await assert.rejects(resets().complete(third, `${NEXT} 3`), refused);
  });

  test('a link is worth nothing for another user: whose it is stands in the store', async () => {
    const victim = await made.user('swapvictim');
    const attacker = await made.user('swapattacker');
    const token = await request('swapattacker');
    assert.equal((await resets().complete(token, NEXT)).id, attacker.id);
    assert.ok(await made.site.login.withPassword('swapvictim', PASSWORD));
    assert.equal((await made.site.users.find(victim.id))?.version, 1);
  });

  test('a weak password does not use the link up', async () => {
    await made.user('weakreset');
    const token = await request('weakreset');
    await assert.rejects(resets().complete(token, 'short'), code('GALLEY_PASSWORD_WEAK'));
    assert.ok(await resets().complete(token, NEXT));
  });

  test('of ten who complete a reset at once exactly one wins', async () => {
    await made.user('racereset');
    const token = await request('racereset');
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => resets().complete(token, `${NEXT} ${index}`)),
    );
    const losers = results.filter((result) => result.status === 'rejected');
    assert.equal(losers.length, 9);
    assert.ok(
      losers.every(({ reason }) => refused(reason)),
      JSON.stringify(losers),
    );
  });

  test('a link works for half an hour', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    await made.user('latereset');
    const token = await request('latereset');
    mock.timers.tick(30 * 60_000 - 1);
    assert.ok(await resets().check(token));
    mock.timers.tick(1);
    await assert.rejects(resets().complete(token, NEXT), refused);
    mock.timers.reset();
  });

  test('an administrator starts a reset, somebody without the right does not', async () => {
    const [admin, author, editor] = [
      await made.user('ra', 'administrator'),
      await made.user('rb'),
      await made.user('rc', 'editor'),
    ];
    const reset = await resets().start(author.id, await made.viewer(admin));
    assert.equal(reset.user.id, author.id);
    await assert.rejects(resets().start(author.id, await made.viewer(editor)), code('GALLEY_PERMISSION_DENIED'));
    await assert.rejects(resets().start(987_654, SYSTEM), code('GALLEY_USER_UNKNOWN'));
  });
});
