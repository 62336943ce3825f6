import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { parseDatabaseUrl } from './database-url.ts';

test('a SQLite path is relative to the root', () => {
  assert.deepEqual(parseDatabaseUrl('sqlite:wp-content/site.sqlite', '/srv/site'), {
    kind: 'sqlite',
    filename: '/srv/site/wp-content/site.sqlite',
  });
});

test('an absolute SQLite path is kept, also with the three slashes of a URL', () => {
  assert.deepEqual(parseDatabaseUrl('sqlite:/var/lib/a.sqlite'), { kind: 'sqlite', filename: '/var/lib/a.sqlite' });
  assert.deepEqual(parseDatabaseUrl('sqlite:///var/lib/a.sqlite'), { kind: 'sqlite', filename: '/var/lib/a.sqlite' });
});

test('sqlite::memory: has no file', () => {
  assert.deepEqual(parseDatabaseUrl('sqlite::memory:'), { kind: 'sqlite', filename: undefined });
});

test('several hosts with and without ports are kept in order', () => {
  const target = parseDatabaseUrl(
    'mysql://galley:p%40ss@db1,db2:3307,db3.example.org:3308/site?ssl=verify&ca=/etc/ca.pem',
  );
  assert.deepEqual(target, {
    kind: 'mysql',
    hosts: [
      { host: 'db1', port: 3306 },
      { host: 'db2', port: 3307 },
      { host: 'db3.example.org', port: 3308 },
    ],
    socket: undefined,
    user: 'galley',
    password: 'p@ss',
    database: 'site',
    ssl: 'verify',
    ca: '/etc/ca.pem',
  });
});

test('an IPv6 address is written in brackets', () => {
  const target = parseDatabaseUrl('mysql://u:p@[fe80::1]:3308,10.0.0.1/site');
  assert.deepEqual(target.kind === 'mysql' && target.hosts, [
    { host: 'fe80::1', port: 3308 },
    { host: '10.0.0.1', port: 3306 },
  ]);
});

test('a socket stands for the hosts', () => {
  const target = parseDatabaseUrl('mysql://root@/site?socket=/run/mysqld/mysqld.sock');
  assert.equal(target.kind === 'mysql' && target.socket, '/run/mysqld/mysqld.sock');
});

for (const [url, problem] of [
  ['postgres://u:p@h/db', /starts with "postgres:"/],
  ['nonsense', /no scheme/],
  ['sqlite:', /names no SQLite file/],
  ['sqlite:folder/', /names no SQLite file/],
  ['mysql://u:secret@/db', /names no host/],
  ['mysql://u:secret@h', /names no database/],
  ['mysql://u:secret@h/a b', /names no database/],
  ['mysql://:secret@h/db', /names no user/],
  ['mysql://u:secret@h:99999/db', /port 99999/],
  ['mysql://u:secret@h;x/db', /host "h;x"/],
  ['mysql://u:secret%zz@h/db', /percent sign/],
  ['mysql://u:secret@h/db?ssl=maybe', /"verify" nor "off"/],
  ['mysql://u:secret@10.0.0.1/db?ssl=verify', /address 10\.0\.0\.1/],
  ['mysql://u:secret@h/db?multipleStatements=true', /unknown parameter "multipleStatements"/],
] as const) {
  test(`"${url}" is refused with a reason that does not tell the password`, () => {
    assert.throws(
      () => parseDatabaseUrl(url),
      (error: unknown) =>
        isGalleyError(error, 'GALLEY_CONFIG_INVALID') &&
        problem.test(error.message) &&
        !error.message.includes('secret'),
    );
  });
}
