import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { suite, test } from 'node:test';
import { Hosts, hostMatches, networkOf } from './hosts.ts';

function requestFrom(
  remoteAddress: string,
  headers: Record<string, string>,
  rawHeaders = Object.entries(headers).flat(),
): IncomingMessage {
  return { socket: { remoteAddress }, headers, rawHeaders } as unknown as IncomingMessage;
}

const settings = {
  url: 'https://example.org',
  hosts: ['*.shop.example', 'Other.Example'],
  trustProxy: ['10.0.0.0/8', '::1'],
  allowLoopback: false,
};

suite('Hosts', () => {
  const hosts = new Hosts(settings);

  test('know the names of the settings and no others', () => {
    for (const name of ['example.org', 'other.example', 'a.shop.example', 'a.b.shop.example'])
      assert.equal(hosts.isKnown(name), true, name);
    for (const name of [
      '',
      'localhost',
      '127.0.0.1',
      'shop.example',
      'evilshop.example',
      'example.org.evil',
      'www.example.org',
    ])
      assert.equal(hosts.isKnown(name), false, name);
  });

  test('answer to the machine itself in development', () => {
    const local = new Hosts({ ...settings, allowLoopback: true });
    for (const name of ['localhost', '127.0.0.1', '[::1]', 'a.localhost'])
      assert.equal(local.isKnown(name), true, name);
    assert.equal(local.isKnown('192.168.0.1'), false);
    assert.equal(local.isKnown('localhost.evil.example'), false);
  });

  test('read name, port and address of a direct request and ignore what it claims', () => {
    const headers = {
      host: 'Example.org:8080',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    assert.deepEqual(hosts.read(requestFrom('203.0.113.9', headers)), {
      hostname: 'example.org',
      host: 'example.org:8080',
      isSecure: false,
      address: '203.0.113.9',
    });
  });

  test('believe known proxies, and of the chain only the last address that is none of them', () => {
    const headers = {
      host: 'inner',
      'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.1.1',
      'x-forwarded-host': 'example.org',
      'x-forwarded-proto': 'http, https',
    };
    assert.deepEqual(hosts.read(requestFrom('::ffff:10.0.0.2', headers)), {
      hostname: 'example.org',
      host: 'example.org',
      isSecure: true,
      address: '203.0.113.9',
    });
    assert.equal(
      hosts.read(requestFrom('10.0.0.2', { host: 'example.org', 'x-forwarded-for': 'nonsense' })).address,
      '10.0.0.2',
    );
    assert.equal(hosts.read(requestFrom('::1', { host: 'example.org' })).address, '::1');
  });

  test('refuse two Host headers and hosts that are none', () => {
    assert.throws(() => hosts.read(requestFrom('1.1.1.1', { host: 'a' }, ['Host', 'a', 'host', 'b'])), {
      code: 'GALLEY_INPUT_INVALID',
    });
    for (const host of ['a b', 'a/b', 'a@b', 'example.org:x', '-a', 'a:123456', '<script>']) {
      assert.throws(() => hosts.read(requestFrom('1.1.1.1', { host })), { code: 'GALLEY_INPUT_INVALID' }, host);
    }
  });

  test('refuse a proxy list that cannot be read', () => {
    assert.throws(() => new Hosts({ ...settings, trustProxy: ['everybody'] }), {
      code: 'GALLEY_CONFIG_INVALID',
      message: /everybody/,
    });
  });

  test('match a name or all below it', () => {
    assert.equal(hostMatches('*.a.b', 'x.a.b'), true);
    assert.equal(hostMatches('*.a.b', 'a.b'), false);
    assert.equal(hostMatches(undefined, 'any'), true);
  });

  test('count networks by /24 and /64', () => {
    assert.equal(networkOf('203.0.113.9'), networkOf('203.0.113.250'));
    assert.notEqual(networkOf('203.0.113.9'), networkOf('203.0.114.9'));
    assert.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.0/24');
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'));
    assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
  });
});
