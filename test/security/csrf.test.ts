// Requests that other sites send in a visitor's name: every unsafe route with each mix of headers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Route } from '../../core/http/routes.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { addressOf, ENOUGH, inviteAll, type Ticket, ticketOf, type Visitor } from './visitors.ts';

type Headers = Record<string, string>;

/** What browsers and others send; `ok` where it comes from a page of the site itself. */
const MIXES: [what: string, headers: Headers, isOwn: boolean][] = [
  ['a page of the site', { 'sec-fetch-site': 'same-origin' }, true],
  ['a page of the site in an old browser', { origin: 'http://localhost' }, true],
  ['another site', { 'sec-fetch-site': 'cross-site' }, false],
  ['another site that names us as origin', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }, false],
  ['a sibling subdomain', { 'sec-fetch-site': 'same-site' }, false],
  ['the address bar or a bookmark', { 'sec-fetch-site': 'none' }, false],
  ['a made-up value', { 'sec-fetch-site': 'same-origin, cross-site' }, false],
  ['an empty value', { 'sec-fetch-site': '' }, false],
  ['another site in an old browser', { origin: 'https://evil.example' }, false],
  ['another port', { origin: 'http://localhost:8081' }, false],
  ['another scheme', { origin: 'https://localhost' }, false],
  ['a sandboxed frame', { origin: 'null' }, false],
  ['a name that begins like ours', { origin: 'http://localhost.evil.example' }, false],
  ['nobody says', {}, false],
  ['only a referrer', { referer: 'http://localhost/admin' }, false],
  ['a forwarded host', { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }, false],
];
const BODIES: [type: string, body: string][] = [
  ['application/x-www-form-urlencoded', 'a=1'],
  ['application/json', '{}'],
  ['text/plain', '{}'],
  ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'],
];

describe('A request from elsewhere', () => {
  let current: TestSite;
  let administrator: Visitor;
  let other: Visitor;
  before(async () => {
    current = await startTestSite();
    const [first, second] = await inviteAll(current);
    assert.ok(first && second);
    [administrator, other] = [first, second];
  });
  after(() => current.stop());

  const unsafe = (): Route[] => current.site.routes.list().filter(({ method }) => method !== 'GET');

  async function send(route: Route, headers: Headers, body?: { ticket?: Ticket; type?: string; text?: string }) {
    const { type = 'application/x-www-form-urlencoded', text = '', ticket } = body ?? {};
    const reply = await current.inject({
      method: route.method,
      url: addressOf(route),
      headers: {
        accept: 'application/json',
        'content-type': type,
        ...headers,
        ...(ticket && { cookie: ticket.cookie }),
      },
      payload: text,
    });
    const isRefused = reply.statusCode === 403 && reply.body.includes('GALLEY_CSRF_REFUSED');
    return { status: reply.statusCode, isRefused };
  }

  test('is refused at every unsafe route, whatever it says, with and without a session', async () => {
    const wrong: string[] = [];
    assert.ok(unsafe().length >= 8);
    for (const route of unsafe().filter(({ csrf }) => csrf !== 'signed')) {
      for (const [what, headers, isOwn] of MIXES) {
        for (const withSession of [true, false]) {
          const ticket = withSession ? await ticketOf(current.site, administrator) : undefined;
          const text = ticket ? `_token=${ticket.token}` : '';
          const { status, isRefused } = await send(route, headers, { text, ...(ticket && { ticket }) });
          if (isRefused === isOwn || status >= 500)
            wrong.push(`${route.method} ${route.path} from ${what}${withSession ? ' with a session' : ''}: ${status}`);
        }
      }
      if (wrong.length > ENOUGH) break;
    }
    assert.deepEqual(wrong, []);
  });

  test('is refused whatever kind of body it carries', async () => {
    for (const route of unsafe()) {
      for (const [type, text] of BODIES) {
        const ticket = await ticketOf(current.site, administrator);
        const { isRefused } = await send(route, { 'sec-fetch-site': 'cross-site' }, { ticket, type, text });
        assert.ok(isRefused, `${route.path} as ${type}`);
      }
    }
  });

  test('cannot hide behind a forged Authorization header: the cookie counts', async () => {
    for (const route of unsafe()) {
      const ticket = await ticketOf(current.site, administrator);
      const headers = { 'sec-fetch-site': 'cross-site', authorization: 'Bearer x' };
      assert.ok((await send(route, headers, { ticket, text: `_token=${ticket.token}` })).isRefused, route.path);
    }
  });

  test('from the site itself needs the token of its session, or acts as nobody', async () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    for (const route of unsafe()) {
      const ticket = await ticketOf(current.site, administrator);
      const foreign = await ticketOf(current.site, other);
      const stale = await ticketOf(current.site, administrator);
      for (const text of [
        '',
        '_token=',
        `_token=${foreign.token}`,
        `_token=${stale.token}`,
        `_token=${'A'.repeat(64)}`,
      ]) {
        const { status, isRefused } = await send(route, own, { ticket, text });
        if (route.public) assert.ok(status < 500, `${route.path}: ${status}`);
        else assert.ok(isRefused, `${route.path} with "${text.slice(0, 20)}": ${status}`);
      }
    }
  });

  test('that comments with a cookie but without a token comments as anonymous', async () => {
    const { site, inject } = current;
    const { items } = await site.entries.find({ type: 'post', limit: 1 });
    const ticket = await ticketOf(site, administrator);
    const fields = {
      comment_post_ID: String(items[0]?.id),
      comment: 'In whose name?',
      author: 'Guest',
      email: 'g@example.net',
    };
    const reply = await inject({
      method: 'POST',
      url: '/comments',
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: ticket.cookie,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(fields).toString(),
    });
    assert.equal(reply.statusCode, 303, reply.body);
    const [comment] = await site.services.use('comments').store.list({ search: 'In whose name', limit: 1 });
    assert.equal(comment?.userId, null);
    assert.equal(comment?.authorName, 'Guest');
    assert.equal(comment?.status, 'pending');
  });

  test('that is a GET changes nothing: no statement writes', async () => {
    const { site, inject } = current;
    const ticket = await ticketOf(site, administrator);
    const gets = site.routes.list().filter(({ method }) => method === 'GET');
    for (const route of gets) {
      // The first visit may fill caches and note that the session was used.
      await inject({ url: addressOf(route), headers: { cookie: ticket.cookie } });
      const { queries } = await site.database.countQueries(() =>
        inject({ url: `${addressOf(route)}?_method=DELETE&delete=1`, headers: { cookie: ticket.cookie } }),
      );
      const writing = queries.filter(({ sql }) => /^\s*(insert|update|delete|replace|drop|alter)\b/i.test(sql));
      assert.deepEqual(
        writing.map(({ sql }) => sql),
        [],
        route.path,
      );
    }
  });
});
