import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestSite } from '../testing.ts';

async function statusFrom(address: string, security: object): Promise<number> {
  const { site, inject, stop } = await startTestSite({ plugins: ['posts'], config: { security } as never });
  try {
    assert.ok(site.routes.list().some((route) => route.path === '/admin/login'));
    return (await inject({ url: '/admin/login', remoteAddress: address })).statusCode;
  } finally {
    await stop();
  }
}

test('the admin is there for the networks that are allowed, and nowhere else', async () => {
  assert.equal(await statusFrom('192.0.2.7', {}), 200);
  assert.equal(await statusFrom('192.0.2.7', { adminAllow: ['192.0.2.0/24'] }), 200);
  assert.equal(await statusFrom('198.51.100.7', { adminAllow: ['192.0.2.0/24'] }), 404);
  assert.equal(await statusFrom('192.0.2.7', { adminAllow: ['192.0.2.0/24'], adminDeny: ['192.0.2.7'] }), 404);
  assert.equal(await statusFrom('2001:db8::1', { adminDeny: ['2001:db8::/32'] }), 404);
});
