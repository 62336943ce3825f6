import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseForm, shapeForm } from './form-values.ts';
import { compileValidation } from './validation.ts';

suite('Query strings and forms', () => {
  test('are decoded once', () => {
    assert.deepEqual(
      [...parseForm('a=1+2&b=%2541&=x&c&d=%E4%BD%A0', 30)],
      [
        ['a', ['1 2']],
        ['b', ['%41']],
        ['', ['x']],
        ['c', ['']],
        ['d', ['你']],
      ],
    );
  });

  test('with broken encoding or too many parameters are refused', () => {
    for (const bad of ['a=%', 'a=%zz', '%ff=1', 'a=%C3'])
      assert.throws(() => parseForm(bad, 30), { code: 'GALLEY_INPUT_INVALID' }, bad);
    assert.throws(() => parseForm('a=1&b=2&c=3', 2), { message: /more than 2/ });
    assert.throws(() => parseForm('a=1&'.repeat(150), 1000), { message: /more than 100 times/ });
  });

  test('become what the schema wants, and nothing that only looks like it', () => {
    const schema = {
      properties: {
        id: { type: 'integer' },
        price: { type: 'number' },
        sticky: { type: 'boolean' },
        title: { type: 'string' },
        when: { type: ['string', 'null'] },
        tags: { type: 'array', items: { type: 'integer' } },
        parent: { type: ['integer', 'null'] },
      },
    };
    const shaped = shapeForm(parseForm('id=7&price=1.50&sticky=on&title=7&tags[]=1&tags=2&parent=&when=', 30), schema);
    assert.deepEqual(
      { ...shaped },
      { id: 7, price: 1.5, sticky: true, title: '7', tags: [1, 2], parent: null, when: '' },
    );
    for (const id of ['1e2', '0x10', ' 1', '1.0', 'NaN', '99999999999999999999']) {
      assert.equal(shapeForm(new Map([['id', [id]]]), schema)['id'], id, id);
    }
    assert.equal('id' in shapeForm(new Map([['id', ['']]]), schema), false);
  });

  test('refuse a name given twice unless the schema says array', () => {
    assert.throws(() => shapeForm(parseForm('id=1&id=2', 30), { properties: { id: { type: 'integer' } } }), {
      code: 'GALLEY_INPUT_INVALID',
      message: /"id" is given 2 times/,
    });
    assert.throws(() => shapeForm(parseForm('x=1&x=2', 30), undefined), { code: 'GALLEY_INPUT_INVALID' });
  });

  test('cannot reach the prototype of anything', () => {
    const shaped = shapeForm(parseForm('__proto__=1&constructor=2&__proto__[x]=3', 30), undefined);
    assert.equal(Object.getPrototypeOf(shaped), null);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});

suite('Validation', () => {
  const validation = compileValidation('POST /x', {
    query: { properties: { page: { type: 'integer', minimum: 1, default: 1 } } },
    body: {
      properties: {
        title: { type: 'string', minLength: 1 },
        count: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' } },
        author: { properties: { name: { type: 'string' }, email: { type: 'string', format: 'email' } } },
      },
      required: ['title'],
    },
  });

  test('takes JSON as it is and turns nothing into something else', () => {
    assert.deepEqual(validation.json({ title: 'x', count: 1 }), { title: 'x', count: 1 });
    const wrong = [
      { title: null },
      { title: 'x', count: '1' },
      { title: 'x', count: true },
      { title: 'x', count: [1] },
      { title: 'x', count: 1.5 },
      { title: 'x', tags: 'a' },
      [],
      null,
      'x',
      1,
      undefined,
    ];
    for (const body of wrong)
      assert.throws(() => validation.json(body), { code: 'GALLEY_INPUT_INVALID' }, JSON.stringify(body));
  });

  test('refuses unknown properties at every depth and names them', () => {
    assert.throws(() => validation.json({ title: 'x', role: 'administrator' }), {
      details: { fields: { role: 'is unknown' } },
    });
    assert.throws(() => validation.json({ title: 'x', author: { name: 'a', id: 1 } }), {
      details: { fields: { 'author.id': 'is unknown' } },
    });
  });

  test('tells everything that is wrong with a form at once', () => {
    assert.throws(
      () =>
        validation.form(
          new Map([
            ['count', ['many']],
            ['more', ['1']],
          ]),
        ),
      {
        details: { fields: { title: 'is required', count: 'must be integer', more: 'is unknown' } },
      },
    );
  });

  test('leaves out query parameters that the route does not know', () => {
    assert.deepEqual({ ...validation.query(parseForm('utm_source=x&utm_source=y', 30)) }, { page: 1 });
    assert.throws(() => validation.query(parseForm('page=0', 30)), { code: 'GALLEY_INPUT_INVALID' });
  });
});
