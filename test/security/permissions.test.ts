// Who may do what: each route with each role, made from the route table, against a table that was reviewed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from 'galley';
import { settings } from '../../config/default.ts';
import type { Route } from '../../core/http/routes.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { assertRecorded } from '../support/snapshot.ts';
import {
  addressOf,
  ENOUGH,
  guardOf,
  inviteAll,
  mayCall,
  ROLES,
  staleTicketOf,
  ticketOf,
  type Visitor,
} from './visitors.ts';

describe('Who may do what', () => {
  let current: TestSite;
  let visitors: Visitor[];
  before(async () => {
    // With those that come along and are switched off at first.
    const plugins = [...settings.plugins.default.default, 'oembed', 'security-txt', 'freshness', 'showcase'];
    current = await startTestSite({ config: { plugins: { default: plugins } } });
    visitors = [{ name: 'anonymous', id: null, viewer: ANONYMOUS }, ...(await inviteAll(current))];
  });
  after(() => current.stop());

  const routes = (): readonly Route[] => current.site.routes.list();

  test('the table of routes and guards is the reviewed one', () => {
    const table = Object.fromEntries(
      routes()
        .map((route) => [`${route.method} ${route.path}`, guardOf(route)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    assertRecorded(join(import.meta.dirname, 'routes.json'), table);
  });

  test('the table of roles and capabilities is the reviewed one', async () => {
    const table: Record<string, string[]> = {};
    for (const name of ROLES) table[name] = [...(await current.site.roles.capabilitiesOf([name]))].sort();
    assertRecorded(join(import.meta.dirname, 'roles.json'), table);
  });

  test('no public route changes anything but what visitors may: comments, passwords of entries, log-in, recovery', () => {
    const unsafe = routes().filter((route) => route.method !== 'GET' && route.public);
    assert.deepEqual(
      unsafe.map(({ path }) => path).sort(),
      ['/admin/forgot', '/admin/login', '/admin/reset', '/admin/setup', '/comments', '/unlock/:id(int)'].sort(),
    );
  });

  /** Sends a request that is right but for who sends it. An answer that breaks off counts as one that failed. */
  async function call(route: Route, visitor: Visitor, accept: string) {
    return send(route, visitor, accept).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'LIGHT_ECONNRESET') throw error;
      return { statusCode: 500, headers: {} as Record<string, unknown>, body: '' };
    });
  }

  async function send(route: Route, visitor: Visitor, accept: string) {
    const { cookie, token } = await ticketOf(current.site, visitor);
    const headers: Record<string, string> = { accept, 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) };
    if (route.method === 'GET') return current.inject({ url: addressOf(route), headers });
    return current.inject({
      method: route.method,
      url: addressOf(route),
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: `_token=${token}`,
    });
  }

  test('what only asks for a log-in shows a reader nothing but his own', async () => {
    const reader = visitors.find(({ name }) => name === 'subscriber');
    assert.ok(reader);
    // Before the matrix, which changes what there is.
    const open: string[] = [];
    for (const route of routes().filter(({ authenticated }) => authenticated)) {
      const { statusCode } = await call(route, reader, 'text/html');
      if (statusCode !== 403 && statusCode !== 404) open.push(`${route.method} ${route.path}`);
    }
    assertRecorded(join(import.meta.dirname, 'reader.json'), open.sort());
  });

  test('each route lets in whom its guard names, and nobody else; nothing is answered 5xx', async () => {
    let checked = 0;
    const wrong: string[] = [];
    for (const route of routes()) {
      for (const visitor of visitors) {
        for (const accept of ['text/html', 'application/json']) {
          const { statusCode, headers } = await call(route, visitor, accept);
          const toLogin = statusCode === 303 && String(headers.location).startsWith('/admin/login');
          const isRefused = visitor.id === null ? statusCode === 401 || toLogin : statusCode === 403;
          const isRight = mayCall(route, visitor) ? statusCode < 500 && statusCode !== 401 : isRefused;
          if (!isRight) wrong.push(`${visitor.name} ${route.method} ${route.path} (${accept}): ${statusCode}`);
          checked++;
        }
      }
      if (wrong.length > ENOUGH) break;
    }
    assert.deepEqual(wrong, []);
    assert.ok(checked >= routes().length * 12);
  });

  test('who is not logged in is never told what stands behind the door', async () => {
    const anonymous = visitors[0];
    assert.ok(anonymous);
    for (const route of routes().filter((item) => !item.public)) {
      const { body } = await call(route, anonymous, 'text/html');
      assert.doesNotMatch(body, /<form|<table|administrator1@/, route.path);
    }
  });

  test('acts that matter ask who logged in long ago for his password first', async () => {
    const administrator = visitors.find(({ name }) => name === 'administrator');
    assert.ok(administrator);
    const sensitive = routes().filter(
      ({ method, path }) => method === 'POST' && /^\/admin\/(users|plugins|tools\/export)/.test(path),
    );
    assert.ok(sensitive.length >= 8);
    for (const route of sensitive) {
      const { cookie, token } = await staleTicketOf(current.site, administrator);
      const reply = await current.inject({
        method: 'POST',
        url: addressOf(route),
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        payload: `_token=${token}`,
      });
      assert.equal(reply.statusCode, 403, route.path);
      assert.match(reply.body, /action="\/admin\/confirm"/, route.path);
    }
  });

  test('screens that ask for more than a log-in refuse a reader', async () => {
    const reader = visitors.find(({ name }) => name === 'subscriber');
    assert.ok(reader);
    for (const { name } of current.site.admin.settings.list()) {
      const { cookie } = await ticketOf(current.site, reader);
      const reply = await current.inject({ url: `/admin/settings/${name}`, headers: { cookie } });
      assert.equal(reply.statusCode, 403, name);
    }
  });

  test('a role that is taken away counts from the next request on', async () => {
    const { site, inject, loginAs } = current;
    const { user, cookie } = await loginAs('administrator');
    const administrator = visitors.find(({ name }) => name === 'administrator');
    assert.ok(administrator);
    // Some pages stand within another and have no address of their own.
    const [settings] = site.admin.settings.tabs(administrator.viewer);
    const url = settings ? `/admin/settings/${settings.name}` : '/admin';
    assert.ok((await inject({ url, headers: { cookie } })).statusCode < 400);
    await site.users.setRoles(user.id, ['subscriber'], administrator.viewer);
    const { statusCode } = await inject({ url, headers: { cookie } });
    assert.ok([303, 401, 403].includes(statusCode), String(statusCode));
  });
});
