import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startIdentitySite } from '../../test/support/identity-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { SYSTEM } from './viewer.ts';

forEachStore((store) => {
  test('log-ins, failures, log-outs and changes of users are logged without secrets', async () => {
    const lines: string[] = [];
    const targets = { console: { write: (line: string) => void lines.push(line) } as never };
    const { site, stop } = await startIdentitySite(store, { log: { level: 'info' } }, targets);
    const one = await site.users.create({ login: 'seen', password: PASSWORD, roles: ['author'] }, SYSTEM);
    const { token, device } = await site.login.withPassword('seen', PASSWORD, { address: '192.0.2.3' });
    await assert.rejects(site.login.withPassword('seen', 'not his password', { address: '192.0.2.9' }));
    await assert.rejects(site.login.withPassword('my password as login', 'x', { address: '192.0.2.9' }));
    await site.login.logout(token);
    await site.users.setRoles(one.id, ['editor'], SYSTEM);
    await site.users.remove(one.id, { reassignTo: null }, SYSTEM);
    await stop();
    const events = lines.map((line) => JSON.parse(line)).filter(({ stream }) => stream === 'security');
    assert.deepEqual(
      events.map(({ event, user, reason }) => [event, user, reason]),
      [
        ['user:created', one.id, undefined],
        ['login:succeeded', one.id, undefined],
        ['login:failed', one.id, 'password'],
        ['login:failed', null, 'unknown'],
        ['logout:done', one.id, undefined],
        ['user:changed', one.id, undefined],
        ['user:removed', one.id, undefined],
      ],
    );
    assert.deepEqual([events[1].address, events[2].address, events[5].roles], ['192.0.2.3', '192.0.2.9', ['editor']]);
    for (const secret of [PASSWORD, 'not his password', 'my password as login', token, device, 'argon2']) {
      assert.ok(!lines.join('').includes(secret), secret);
    }
  });
});
