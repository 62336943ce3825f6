import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { identitySite, PASSWORD, startIdentitySite } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { type ErrorCode, isGalleyError } from '../lib/errors.ts';

const code = (wanted: ErrorCode) => (error: unknown) => isGalleyError(error, wanted);
const DAY = 24 * 3_600_000;
const PRODUCTION = {
  environment: { name: 'production' },
  http: { url: 'https://example.org' },
} as const;
const SECRET = ['b7c1f2a98d3e4f5061728394a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e'];

forEachStore((store) => {
  const made = identitySite(store);
  const setup = () => made.site.setup;

  test('a site without an administrator gets a link that makes one, once', async () => {
    const begun = await setup().begin();
    assert.equal(begun.state, 'waiting');
    const { token, path, expiresAt } = begun.state === 'waiting' ? begun.link : assert.fail();
    assert.equal(path, `/admin/setup?token=${token}`);
    assert.ok(expiresAt > Date.now() + DAY - 60_000);
    const second = await setup().link();
    assert.equal(await setup().check(token), true);
    assert.equal(await setup().check('made up'), false);
    await assert.rejects(
      setup().complete('made up', { login: 'me', password: PASSWORD }),
      code('GALLEY_TOKEN_INVALID'),
    );
    await assert.rejects(setup().complete(token, { login: 'me', password: 'admin' }), code('GALLEY_PASSWORD_WEAK'));
    const user = await setup().complete(token, { login: 'me', email: 'me@example.org', password: PASSWORD });
    assert.deepEqual([user.roles, user.mustChangePassword], [['administrator'], false]);
    await assert.rejects(setup().complete(token, { login: 'you', password: PASSWORD }), code('GALLEY_TOKEN_INVALID'));
    await assert.rejects(
      setup().complete(second.token, { login: 'you', password: PASSWORD }),
      code('GALLEY_TOKEN_INVALID'),
    );
    assert.equal(await setup().check(second.token), false);
    assert.deepEqual(await setup().begin(), { state: 'ready' });
    await assert.rejects(setup().link(), code('GALLEY_PERMISSION_DENIED'));
    assert.ok(await made.site.login.withPassword('me', PASSWORD));
  });
});

forEachStore((store) => {
  const made = identitySite(store);

  test('a set-up link is too old after a day, and of several used at once one wins', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const old = await made.site.setup.link();
    mock.timers.tick(DAY);
    await assert.rejects(
      made.site.setup.complete(old.token, { login: 'late', password: PASSWORD }),
      code('GALLEY_TOKEN_INVALID'),
    );
    mock.timers.reset();
    const links = await Promise.all(Array.from({ length: 4 }, () => made.site.setup.link()));
    const results = await Promise.allSettled(
      links.map(({ token }, index) => made.site.setup.complete(token, { login: `first${index}`, password: PASSWORD })),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1, JSON.stringify(results));
    assert.equal((await made.site.database.read('users')).length, 1);
  });
});

forEachStore((store) => {
  test('in test and development the operator’s password makes the user admin as it is', async () => {
    const { site, stop } = await startIdentitySite(store, { security: { adminPassword: 'admin' } });
    const starts = await Promise.all([site.setup.begin(), site.setup.begin()]);
    assert.ok(
      starts.some(({ state }) => state === 'created') && starts.every(({ state }) => state !== 'waiting'),
      JSON.stringify(starts),
    );
    const { user } = await site.login.withPassword('admin', 'admin');
    assert.deepEqual([user.roles, user.mustChangePassword], [['administrator'], false]);
    assert.deepEqual(await site.setup.begin(), { state: 'ready' });
    await stop();
  });
});

forEachStore((store) => {
  test('in production the operator’s password must be a good one, be changed, and works for a day', async () => {
    const weak = await startIdentitySite(store, {
      ...PRODUCTION,
      security: { secret: SECRET, adminPassword: 'admin' },
    });
    await assert.rejects(weak.site.setup.begin(), code('GALLEY_PASSWORD_WEAK'));
    await weak.stop();
    const { site, stop } = await startIdentitySite(store, {
      ...PRODUCTION,
      security: { secret: SECRET, adminPassword: PASSWORD },
    });
    assert.deepEqual(await site.setup.begin(), { state: 'created', login: 'admin' });
    const { user } = await site.login.withPassword('admin', PASSWORD);
    assert.equal(user.mustChangePassword, true);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + DAY });
    await assert.rejects(site.login.withPassword('admin', PASSWORD), code('GALLEY_LOGIN_FAILED'));
    mock.timers.reset();
    const viewer = await site.roles.viewerFor(user);
    const changed = await site.users.setPassword(user.id, `${PASSWORD} mine`, { by: viewer });
    assert.equal(changed.mustChangePassword, false);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * DAY });
    assert.ok(await site.login.withPassword('admin', `${PASSWORD} mine`));
    mock.timers.reset();
    await stop();
  });
});
