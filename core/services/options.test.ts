import assert from 'node:assert/strict';
import { test } from 'node:test';
import { servicesSite, startServicesSite } from '../../test/support/services-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { isGalleyError } from '../lib/errors.ts';
import type { OptionChange } from './options.ts';

const code = (expected: Parameters<typeof isGalleyError>[1]) => (error: unknown) => isGalleyError(error, expected);
const count = { type: 'integer', minimum: 0 };

forEachStore((store) => {
  const services = servicesSite(store);
  const define = (name: string, more: object = {}) =>
    services.site.options.define(name, { default: 0, schema: count, ...more });

  test('an option has its default until it is set, and again after it was removed', async () => {
    define('posts_per_page', { default: 10, label: 'Posts on a page' });
    const { options } = services.site;
    assert.equal(await options.get('posts_per_page'), 10);
    await options.set('posts_per_page', 25);
    assert.equal(await options.get('posts_per_page'), 25);
    await options.set('posts_per_page', 30);
    assert.equal(await options.get('posts_per_page'), 30);
    assert.equal(await options.remove('posts_per_page'), true);
    assert.equal(await options.remove('posts_per_page'), false);
    assert.equal(await options.get('posts_per_page'), 10);
  });

  test('a value that does not meet the schema is refused and nothing is stored', async () => {
    define('limited');
    for (const wrong of [-1, 1.5, '5', null, [5], true])
      await assert.rejects(services.site.options.set('limited', wrong), code('GALLEY_OPTION_INVALID'));
    assert.equal(await services.site.options.get('limited'), 0);
  });

  test('unknown options are named with a suggestion, and names are bound to ASCII', async () => {
    define('blog_name');
    await assert.rejects(services.site.options.get('blog_nam'), /Did you mean "blog_name"\?/);
    await assert.rejects(services.site.options.set('nothing_like_it', 1), code('GALLEY_OPTION_UNKNOWN'));
    for (const name of ['', 'Ünter', 'a b', 'UPPER', '-x', 'x'.repeat(191)])
      assert.throws(() => define(name), code('GALLEY_OPTION_INVALID'));
  });

  test('all that are loaded together cost one query, and none when they are cached', async () => {
    for (const name of ['auto_a', 'auto_b', 'auto_c']) define(name);
    define('alone', { autoload: false });
    await services.site.cache.flush();
    const read = () => Promise.all(['auto_a', 'auto_b', 'auto_c'].map((name) => services.site.options.get(name)));
    const first = await services.site.database.countQueries(read);
    const second = await services.site.database.countQueries(read);
    assert.deepEqual([first.queries.length, second.queries.length], [1, 0]);
    const alone = await services.site.database.countQueries(() => services.site.options.get('alone'));
    assert.equal(alone.queries.length, 1);
  });

  test('values come back frozen, so that no reader changes them for the others', async () => {
    define('menu', { default: { items: ['a'] }, schema: { type: 'object' } });
    const before = await services.site.options.get<{ items: string[] }>('menu');
    assert.throws(() => before.items.push('b'), TypeError);
    await services.site.options.set('menu', { items: ['c'] });
    const after = await services.site.options.get<{ items: string[] }>('menu');
    assert.throws(() => after.items.push('d'), TypeError);
  });

  test('of fifty who change an option at the same time, none loses his change', async () => {
    define('counter');
    const one = () => services.site.options.update<number>('counter', (value) => value + 1);
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 5 }, one));
    assert.equal(await services.site.options.get('counter'), 50);
  });

  test('option:saving changes or refuses a value; option:saved tells old and new after the commit', async () => {
    define('hooked');
    const { hooks, options, database } = services.site;
    const saved: OptionChange[] = [];
    const removers = [
      hooks.addFilter('option:saving', (value, { name }) => {
        if (name === 'hooked' && value === 99) throw new Error('not ninety-nine');
        return name === 'hooked' ? Number(value) * 2 : value;
      }),
      hooks.addAction('option:saved', (change) => void saved.push(change)),
    ];
    await options.set('hooked', 21);
    await assert.rejects(options.set('hooked', 99), /not ninety-nine/);
    await assert.rejects(options.set('hooked', -1), code('GALLEY_OPTION_INVALID'));
    await database.transaction(async () => {
      await options.set('hooked', 4);
      assert.equal(saved.length, 1);
    });
    for (const remove of removers) remove();
    assert.deepEqual(saved, [
      { name: 'hooked', value: 42, previous: 0 },
      { name: 'hooked', value: 8, previous: 42 },
    ]);
  });

  test('in a transaction all options are read once, and what is set there is seen there', async () => {
    define('inside');
    const { options, database } = services.site;
    await database.transaction(async () => {
      const { queries } = await database.countQueries(async () => {
        for (let time = 0; time < 3; time++) assert.equal(await options.get('inside'), 0);
      });
      assert.equal(queries.length, 1);
      await options.set('inside', 7);
      assert.equal(await options.get('inside'), 7);
      await options.remove('inside');
      assert.equal(await options.get('inside'), 0);
    });
  });

  test('a value set in a transaction that is rolled back was never set', async () => {
    define('rolled_back');
    const failing = services.site.database.transaction(async () => {
      await services.site.options.set('rolled_back', 5);
      assert.equal(await services.site.options.get('rolled_back'), 5);
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);
    assert.equal(await services.site.options.get('rolled_back'), 0);
  });

  test('a secret option is encrypted in the store and shown nowhere', async () => {
    define('mail_password', { default: '', schema: { type: 'string' }, secret: true });
    const { options, database, log } = services.site;
    const saved: OptionChange[] = [];
    const remove = services.site.hooks.addAction('option:saved', (change) => void saved.push(change));
    await options.set('mail_password', 'canary-secret');
    remove();
    assert.equal(await options.get('mail_password'), 'canary-secret');
    const rows = await database.read('options').where({ name: 'mail_password' });
    assert.doesNotMatch(JSON.stringify([rows, saved, await options.all()]), /canary/);
    log.info({ note: 'it is canary-secret' }, 'x');
    assert.doesNotMatch(services.lines.join(), /canary/);
  });

  test('a stored value that a new version of the schema refuses counts as not set, and is reported', async () => {
    const undo = define('changing');
    await services.site.options.set('changing', 7);
    undo();
    define('changing', { default: 'seven', schema: { type: 'string' } });
    assert.equal(await services.site.options.get('changing'), 'seven');
    assert.match(services.lines.join(), /does not meet its schema/);
  });

  test('options of a plugin carry its name and go with it', async () => {
    services.site.options.ownedBy('shop').define('shop_currency', { default: 'EUR', schema: { type: 'string' } });
    const find = async () => (await services.site.options.all()).find(({ name }) => name === 'shop_currency');
    assert.deepEqual(await find(), {
      name: 'shop_currency',
      value: 'EUR',
      isDefault: true,
      autoload: true,
      label: 'shop_currency',
      owner: 'shop',
    });
    services.site.options.removeOwner('shop');
    assert.equal(await find(), undefined);
  });

  test('two processes that set an option for the first time at once both succeed, and one value stays', async () => {
    const other = await startServicesSite(store.open());
    try {
      for (const { options } of [services.site, other.site])
        options.define('first_time', { default: 0, schema: count });
      await Promise.all([services.site.options.set('first_time', 1), other.site.options.set('first_time', 2)]);
      const rows = await store.database.read('options').where({ name: 'first_time' });
      assert.ok(['1', '2'].includes(String(rows[0]?.['value'])));
    } finally {
      await other.stop();
    }
  });
});
