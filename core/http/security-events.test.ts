import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { text } from './reply.ts';
import { startHttpSite, testViewer } from './test-site.ts';

suite('Refusals', () => {
  test('refusals and attacks are told to whoever listens, with who, what and where', async (t) => {
    const config = { http: { url: 'https://galley.example', rateLimit: 3 } };
    const { site, logged, sessions, stop } = await startHttpSite(config, (early) => {
      early.routes.get('/secret', { capability: 'manage_options' }, () => text('secret'));
      early.routes.post('/form', { public: true }, () => text('done'));
    });
    t.after(stop);
    const token = 'A'.repeat(43);
    sessions.set(token, { userId: 7, csrfSecret: 'x', viewer: testViewer(7, 'read') });
    const { inject } = { inject: site.http.inject.bind(site.http) };
    await inject({ url: '/secret?token=hidden', cookies: { galley: token, '__Host-galley': token } });
    await inject({ method: 'POST', url: '/form', headers: { origin: 'https://evil.example' }, payload: 'a=hidden' });
    await inject({ url: '/', headers: { host: 'evil.example' } });
    for (let count = 0; count < 5; count++) await inject({ url: '/nothing', remoteAddress: '198.51.100.9' });
    const events = logged.filter((line) => line['stream'] === 'security');
    const codes = new Set(events.map((line) => line['code']));
    for (const code of ['PERMISSION_DENIED', 'CSRF_REFUSED', 'HOST_UNKNOWN', 'RATE_LIMITED'])
      assert.ok(codes.has(`GALLEY_${code}`), `${code} among ${[...codes].join()}`);
    const denied = events.find((line) => line['code'] === 'GALLEY_PERMISSION_DENIED');
    assert.deepEqual(
      [denied?.['user'], denied?.['method'], denied?.['path'], denied?.['address']],
      [7, 'GET', '/secret', '127.0.0.1'],
    );
    assert.doesNotMatch(JSON.stringify(events), /hidden|AAAA/);
    assert.ok(!codes.has('GALLEY_ROUTE_UNKNOWN'), 'what is merely not there is no event');
  });
});
