// Requests made of chance and of malice, the same in every run.
import type { InjectRequest } from '../../core/http/inject.ts';

/** Chance with a seed (mulberry32): the same numbers each time, so that a failure can be repeated. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.trunc((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  isLucky(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const NASTY = [
  '',
  '0',
  '-1',
  '1e309',
  'NaN',
  '9007199254740993',
  '00001',
  'null',
  'undefined',
  'true',
  '[object Object]',
  '__proto__',
  'constructor',
  'prototype.polluted',
  'toString',
  "' OR '1'='1",
  "1' UNION SELECT password_hash FROM users--",
  '1; DROP TABLE entries',
  '" onmouseover="x',
  '<script>alert(1)</script>',
  '{{7*7}}',
  ['$', '{7*7}'].join(''),
  '../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  'file:///etc/passwd',
  'http://169.254.169.254/',
  '%',
  '%zz',
  '%00',
  '%c0%ae%c0%ae/',
  '%ff%fe',
  '%u0041',
  '%25%32%65',
  '\u0000',
  '\u202e',
  '\ud800',
  'ﬁ①②',
  'İstanbul',
  'a\u0300'.repeat(50),
  '💥'.repeat(40),
  'A'.repeat(300),
  '%0d%0aSet-Cookie:%20a=b',
  '=cmd|calc',
  '*',
  '"a" OR -b AND (c',
  'a* b" NEAR/2 +c -d @e',
  '.',
  '..',
  '.git/config',
  'wp-login.php',
  'xmlrpc.php',
];
const PATHS = [
  '/',
  '/feed/',
  '/page/2/',
  '/page/99999999/',
  '/2024/13/',
  '/2024/02/31/',
  '/category/',
  '/category/a/b/c/d/',
  '/author/x/feed/atom/',
  '/search/x/',
  '/sitemap-post-999999999.xml',
  '/admin/../',
  '//evil.example/',
  '/\\evil.example',
  '/.well-known/',
  '/assets/',
  '/wp-content/uploads/../../package.json',
];
const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
];
const QUERY_NAMES = [
  's',
  'p',
  'page_id',
  'paged',
  'replyto',
  '_method',
  'redirect_to',
  'token',
  'a[]',
  'a[b][c]',
  '__proto__[x]',
  'constructor',
  'order',
  'limit',
];
const HEADER_NAMES = [
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'content-encoding',
  'cookie',
  'expect',
  'forwarded',
  'if-modified-since',
  'if-none-match',
  'origin',
  'range',
  'referer',
  'sec-fetch-site',
  'transfer-encoding',
  'user-agent',
  'x-csrf-token',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'x-requested-with',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'text/plain',
  'text/xml',
  'application/octet-stream',
  'nonsense',
  '',
];
const FIELDS = [
  '_token',
  '_method',
  'comment_post_ID',
  'comment_parent',
  'comment',
  'author',
  'email',
  'url',
  'nickname',
  'post_password',
  'login',
  'password',
  'title',
  'content',
  'id',
  'version',
  '__proto__',
];

/** Headers cannot carry everything, not even in a test: what Node itself would refuse to send is taken out. */
const headerSafe = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');

/** As Node hands an address over: its bytes as Latin-1, without what its parser refuses. */
function onTheWire(url: string): string {
  const bytes = Buffer.from(url.toWellFormed()).toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the parser refuses.
  return bytes.replace(/[\u0000-\u0020\u007f]/g, '') || '/';
}

function value(chance: Chance): string {
  const nasty = chance.pick(NASTY);
  if (chance.isLucky(30)) return encodeURIComponent(nasty.toWellFormed());
  return chance.isLucky(20) ? nasty + chance.pick(NASTY) : nasty;
}

function path(chance: Chance, patterns: readonly string[]): string {
  if (chance.isLucky(25)) return chance.pick(PATHS);
  if (chance.isLucky(25)) return `/${Array.from({ length: 1 + chance.below(4) }, () => value(chance)).join('/')}`;
  return chance.pick(patterns).replace(/:\w+(?:\([^)]*\))?|\*\w*/g, () => (chance.isLucky(50) ? '1' : value(chance)));
}

function search(chance: Chance): string {
  if (chance.isLucky(45)) return '';
  const pairs = Array.from(
    { length: 1 + chance.below(chance.isLucky(3) ? 60 : 4) },
    () => `${chance.pick(QUERY_NAMES)}=${value(chance)}`,
  );
  return `?${pairs.join('&')}`;
}

function json(chance: Chance, depth = 0): unknown {
  switch (chance.below(depth > 3 ? 4 : 7)) {
    case 0:
      return chance.pick(NASTY);
    case 1:
      return chance.pick([0, -1, 1e300, 2 ** 53, true, null]);
    case 2:
      return [];
    case 3:
      return '';
    case 4:
      return Array.from({ length: chance.below(4) }, () => json(chance, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: chance.below(5) }, () => [chance.pick(FIELDS), json(chance, depth + 1)]),
      );
  }
}

function body(chance: Chance, type: string): string {
  if (chance.isLucky(10)) return chance.pick(NASTY).repeat(chance.below(50));
  if (type.includes('json')) {
    const text = JSON.stringify(json(chance));
    return chance.isLucky(15) ? text.slice(0, chance.below(text.length + 1)) : text;
  }
  const fields = Array.from({ length: chance.below(6) }, () => [chance.pick(FIELDS), value(chance)] as const);
  if (type.startsWith('multipart')) {
    const parts = fields.map(
      ([name, text]) =>
        `--b\r\ncontent-disposition: form-data; name="${name}"${chance.isLucky(20) ? '; filename="a.php.jpg"' : ''}\r\n\r\n${text}\r\n`,
    );
    return `${parts.join('')}${chance.isLucky(80) ? '--b--\r\n' : ''}`;
  }
  return fields.map(([name, text]) => `${name}=${text}`).join('&');
}

/** A request that may be anything. @param patterns of the routes. @param tickets cookies and tokens of real sessions */
export function randomRequest(
  chance: Chance,
  patterns: readonly string[],
  tickets: readonly { cookie: string; token: string }[],
): InjectRequest {
  const method = chance.pick(METHODS);
  const headers: Record<string, string> = {};
  for (let count = chance.below(3); count > 0; count--)
    headers[chance.pick(HEADER_NAMES)] = headerSafe(chance.pick(NASTY));
  if (chance.isLucky(70)) headers['sec-fetch-site'] = 'same-origin';
  const ticket = chance.isLucky(25) ? chance.pick(tickets) : undefined;
  if (ticket) headers['cookie'] = ticket.cookie;
  if (ticket && chance.isLucky(80)) headers['x-csrf-token'] = ticket.token;
  const request: InjectRequest = { method, url: onTheWire(path(chance, patterns) + search(chance)), headers };
  if (chance.isLucky(40)) headers['accept'] = chance.pick(['application/json', 'text/html', '*/*', 'image/webp']);
  if (method !== 'GET' && method !== 'HEAD') {
    const type = chance.pick(TYPES);
    if (type !== '') headers['content-type'] = type;
    request.payload = body(chance, type);
  }
  return request;
}
