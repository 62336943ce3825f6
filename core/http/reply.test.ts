import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contentDisposition, readRange } from './file.ts';
import { acceptsEncoding, preferredFormat, preferredLanguage } from './negotiation.ts';
import { Reply, redirect, safeRedirect } from './reply.ts';
import { cookieText, readCookies, sessionCookieName } from './session.ts';

const AWAY = [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil',
  '/\t/evil.example',
  '/\n/evil',
  'javascript:alert(1)',
  'evil',
  '',
  '/a\\b',
  ' /a',
  'https:evil',
];

suite('Redirects', () => {
  test('stay on the site', () => {
    assert.equal(redirect('/a/b?c=d#e').headers.get('location'), '/a/b?c=d#e');
    assert.equal(redirect('/ä b').headers.get('location'), '/%C3%A4%20b');
    assert.equal(redirect('/%C3%A4?x=%20').headers.get('location'), '/%C3%A4?x=%20');
    for (const target of AWAY)
      assert.throws(() => redirect(target), { code: 'GALLEY_INPUT_INVALID' }, JSON.stringify(target));
  });

  test('lead elsewhere only when the code says so', () => {
    assert.equal(
      redirect('https://other.example/x', 301, { external: true }).headers.get('location'),
      'https://other.example/x',
    );
  });

  test('of what a visitor typed fall back', () => {
    for (const target of [...AWAY, undefined])
      assert.equal(safeRedirect(target, '/home'), '/home', JSON.stringify(target));
    assert.equal(safeRedirect('/a/../b?x=1'), '/b?x=1');
    assert.equal(safeRedirect('https://example.org/a', '/', 'https://example.org'), '/a');
    assert.equal(safeRedirect('https://example.org.evil/a', '/', 'https://example.org'), '/');
    assert.equal(safeRedirect('https://example.org//evil.example', '/', 'https://example.org'), '/');
  });
});

suite('Headers', () => {
  test('cannot be split', () => {
    for (const value of ['a\r\nb', 'a\nb', 'a\0', 'ä€'])
      assert.throws(() => new Reply(null).header('x-a', value), { code: 'GALLEY_INTERNAL' });
  });

  test('name files in ASCII and in UTF-8', () => {
    assert.equal(contentDisposition('inline', 'a.pdf'), 'inline; filename="a.pdf"');
    assert.equal(
      contentDisposition('attachment', 'Grüße "1".pdf'),
      'attachment; filename="Grue _1_.pdf"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe%20%221%22.pdf',
    );
    assert.doesNotMatch(contentDisposition('attachment', 'a\r\nx: y'), /[\r\n]/);
  });

  test('tell which part of a file is wanted', () => {
    assert.deepEqual(readRange('bytes=0-3', 10), { start: 0, end: 3 });
    assert.deepEqual(readRange('bytes=4-', 10), { start: 4, end: 9 });
    assert.deepEqual(readRange('bytes=-4', 10), { start: 6, end: 9 });
    assert.deepEqual(readRange('bytes=-40', 10), { start: 0, end: 9 });
    assert.deepEqual(readRange('bytes=5-99', 10), { start: 5, end: 9 });
    for (const outside of ['bytes=10-', 'bytes=5-4', 'bytes=-0']) assert.equal(readRange(outside, 10), null, outside);
    for (const whole of [undefined, 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=a-b'])
      assert.equal(readRange(whole, 10), undefined);
  });

  test('choose form, language and encoding', () => {
    assert.equal(preferredFormat({ accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }), 'html');
    assert.equal(preferredFormat({ accept: 'application/json, text/html;q=0.5' }), 'json');
    assert.equal(preferredFormat({ accept: 'application/rss+xml' }), 'xml');
    assert.equal(preferredFormat({ accept: '*/*', 'content-type': 'application/json' }), 'json');
    assert.equal(preferredFormat({}), 'html');
    assert.equal(preferredLanguage('de-AT,en;q=0.5', ['en', 'de']), 'de');
    assert.equal(preferredLanguage('xx', ['en', 'de']), 'en');
    assert.equal(preferredLanguage('en;q=0, de', ['en', 'de']), 'de');
    assert.equal(acceptsEncoding('gzip, br;q=0', 'br'), false);
    assert.equal(acceptsEncoding('gzip, br', 'br'), true);
  });
});

suite('Cookies', () => {
  test('are http-only, lax and secure where the request was', () => {
    assert.equal(
      cookieText('a', 'b c;', { isSecure: true, maxAge: 60 }),
      'a=b%20c%3B; Path=/; SameSite=Lax; Max-Age=60; HttpOnly; Secure',
    );
    assert.equal(
      cookieText('a', '', { isSecure: false, httpOnly: false, sameSite: 'strict' }),
      'a=; Path=/; SameSite=Strict',
    );
    assert.throws(() => cookieText('a b', '', { isSecure: true }));
  });

  test('are read without being able to harm', () => {
    assert.deepEqual(
      { ...readCookies('a=1; b="2"; a=3; __proto__=x; =y; c; d=%zz; e=%20') },
      { a: '1', b: '2', ['__proto__']: 'x', d: '%zz', e: ' ' },
    );
    assert.deepEqual({ ...readCookies(undefined) }, {});
  });

  test('of the session have a bound name but for plain http outside production or on the machine itself', () => {
    const origin = { hostname: 'example.org', host: 'example.org', address: '', isSecure: true };
    assert.equal(sessionCookieName(origin, true), '__Host-galley');
    assert.equal(sessionCookieName({ ...origin, isSecure: false }, true), '__Host-galley');
    assert.equal(sessionCookieName({ ...origin, isSecure: false }, false), 'galley');
    assert.equal(sessionCookieName({ ...origin, hostname: 'localhost', isSecure: false }, true), 'galley');
  });
});
