import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ParamsOf, type PathParams, readPattern } from './pattern.ts';

suite('Path patterns', () => {
  test('take a segment, a part of one, a number, a UUID, a slug, an expression and the rest', () => {
    assert.deepEqual(readPattern('/a/:x').match('/a/b c'), { x: 'b c' });
    assert.deepEqual(readPattern('/sitemap-:name.xml').match('/sitemap-posts.xml'), { name: 'posts' });
    assert.deepEqual(readPattern('/a/:id(int)/edit').match('/a/12/edit'), { id: 12 });
    const uuid = '0b7ad6a4-5f3c-4a0e-9d0b-7f5a0c1d2e3f';
    assert.deepEqual(readPattern('/:id(uuid)').match(`/${uuid}`), { id: uuid });
    assert.deepEqual(readPattern('/:slug(slug)').match('/grüße-你好_2'), { slug: 'grüße-你好_2' });
    assert.deepEqual(readPattern('/:year([12]\\d{3})/:month(0[1-9]|1[0-2])').match('/2026/07'), {
      year: '2026',
      month: '07',
    });
    assert.deepEqual(readPattern('/files/*path').match('/files/a/b.txt'), { path: 'a/b.txt' });
    assert.deepEqual(readPattern('/files/*').match('/files/'), { rest: '' });
  });

  test('refuse what does not fit', () => {
    const id = readPattern('/a/:id(int)');
    for (const path of ['/a/01', '/a/-1', '/a/1e2', '/a/1 ', '/a/12345678901234567', '/a/1/', '/a/', '/a/１', '/b/1']) {
      assert.equal(id.match(path), undefined, path);
    }
    assert.equal(readPattern('/a/:x').match('/a/b/c'), undefined);
    assert.equal(readPattern('/a/:x').match(`/a/${'b'.repeat(201)}`), undefined);
    assert.equal(readPattern('/a.b').match('/aXb'), undefined);
  });

  test('build the path again, encoded', () => {
    assert.equal(readPattern('/a/:id(int)/:name').build({ id: 3, name: 'ä?c' }), '/a/3/%C3%A4%3Fc');
    assert.equal(readPattern('/files/*path').build({ path: 'a b/c' }), '/files/a%20b/c');
    for (const params of [{}, { id: 'x' }, { id: '' }] as PathParams[]) {
      assert.throws(() => readPattern('/a/:id(int)').build(params), { code: 'GALLEY_INPUT_INVALID' });
    }
  });

  test('read loosely take other cases and slashes but keep the parameters', () => {
    assert.deepEqual(readPattern('/News/:slug').match('/nEws/Hello/', true), { slug: 'Hello' });
    assert.equal(readPattern('/News/:slug').match('/nEws/Hello/'), undefined);
  });

  test('that cannot be read are refused with the reason', () => {
    for (const source of ['a', '/:', '/:a(int', '/:a(+)', '/:a/:a']) {
      assert.throws(() => readPattern(source), { code: 'GALLEY_INPUT_INVALID', message: /path pattern/ }, source);
    }
  });

  test('tell the compiler the types of their parameters', () => {
    const params: ParamsOf<'/a/:id(int)/:slug/*path'> = { id: 1, slug: 'x', path: 'y' };
    // @ts-expect-error a number is no slug
    params.slug = 1;
    // @ts-expect-error text is no number
    params.id = 'x';
    // @ts-expect-error there is no such parameter
    assert.equal(params.other, undefined);
  });
});
