import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { json, text } from './reply.ts';
import { Routes } from './routes.ts';

const answer = () => text('');

declare module './route-types.ts' {
  interface RouteNames {
    'test.event': { id: number };
  }
}

suite('Registering routes', () => {
  test('fails without a guard and with more than one', () => {
    const routes = new Routes('shop');
    assert.throws(() => routes.get('/a', {}, answer), { code: 'GALLEY_ROUTE_UNGUARDED', message: /GET \/a of "shop"/ });
    assert.throws(() => routes.get('/a', { public: true, capability: 'read' }, answer), {
      code: 'GALLEY_ROUTE_UNGUARDED',
    });
    assert.throws(() => routes.get('/a', { capability: '' }, answer), { code: 'GALLEY_ROUTE_UNGUARDED' });
    assert.equal(routes.list().length, 0);
  });

  test('keeps only public GET routes for everybody', () => {
    const routes = new Routes();
    assert.throws(() => routes.get('/a', { capability: 'read', cache: {} }, answer), {
      code: 'GALLEY_ROUTE_UNGUARDED',
    });
    assert.throws(() => routes.post('/a', { public: true, cache: {} }, answer), { code: 'GALLEY_ROUTE_UNGUARDED' });
  });

  test('names both owners when an address or a name is taken', () => {
    const routes = new Routes();
    routes.ownedBy('shop').get('/cart', { public: true, name: 'cart' }, answer);
    const other = routes.ownedBy('store');
    assert.throws(() => other.get('/cart', { public: true }, answer), {
      code: 'GALLEY_REGISTRY_DUPLICATE',
      message: /"store".*"shop"/,
    });
    assert.throws(() => other.get('/basket', { public: true, name: 'cart' }, answer), {
      code: 'GALLEY_REGISTRY_DUPLICATE',
      message: /"shop"/,
    });
  });

  test('hands prefix, guard, host, area and middleware of groups down, innermost first to win', () => {
    const routes = new Routes();
    const log = () => text('outer');
    routes.group({ prefix: '/api/v1', namePrefix: 'v1.', capability: 'edit_posts', before: [log] }, (api) => {
      api.get('/posts', { name: 'posts' }, answer);
      api.get('/', { public: true }, answer);
      api.group({ prefix: '/me', authenticated: true, host: 'api.example.org' }, (me) =>
        me.get('/', { before: [log] }, answer),
      );
    });
    const [posts, root, me] = routes.list();
    assert.deepEqual(
      [posts?.path, posts?.name, posts?.capability, posts?.area],
      ['/api/v1/posts', 'v1.posts', 'edit_posts', 'api'],
    );
    assert.deepEqual([root?.path, root?.public, root?.capability], ['/api/v1', true, undefined]);
    assert.deepEqual(
      [me?.path, me?.authenticated, me?.capability, me?.host, me?.before?.length],
      ['/api/v1/me', true, undefined, 'api.example.org', 2],
    );
  });

  test('gives a resource its conventional routes, for what its controller can do', async () => {
    class Seats {
      readonly #seats = ['A1', 'A2'];
      list() {
        return json(this.#seats);
      }
      show({ params }: { params: { id: number } }) {
        return json(this.#seats[params.id]);
      }
      remove() {
        return json(this.#seats.pop());
      }
    }
    const routes = new Routes();
    const options = { name: 'seat', public: true, of: { remove: { capability: 'edit_posts' } } } as const;
    routes.resource('/api/v1/seats', options, new Seats());
    const rows = routes.list().map((route) => {
      const who = route.capability ?? (route.public ? 'all' : '');
      return `${route.method} ${route.path} ${route.name} ${who}`;
    });
    assert.deepEqual(rows, [
      'GET /api/v1/seats seat.list all',
      'GET /api/v1/seats/:id(int) seat.show all',
      'DELETE /api/v1/seats/:id(int) seat.remove edit_posts',
    ]);
    assert.equal(routes.url('seat.show', { id: 1 }), '/api/v1/seats/1');
    const reply = await routes.list()[1]?.handler({ params: { id: 1 } } as never);
    assert.equal(reply?.body, '"A2"');
  });

  test('builds addresses from names with typed parameters', () => {
    const routes = new Routes();
    routes.get('/event/:id(int)', { public: true, name: 'test.event' }, ({ params }) => json(params.id.toFixed(0)));
    assert.equal(routes.url('test.event', { id: 7 }), '/event/7');
    // @ts-expect-error the name has a number for its parameter
    assert.throws(() => routes.url('test.event', { id: 'seven' }), { code: 'GALLEY_INPUT_INVALID' });
    assert.throws(() => routes.url('nobody'), { code: 'GALLEY_ROUTE_UNKNOWN' });
  });

  test('gives routes once more under each language', () => {
    const routes = new Routes();
    routes.localised(['de'], (each) => each.get('/about', { public: true, name: 'about' }, answer));
    assert.deepEqual(
      routes.list().map(({ path, name, locale }) => [path, name, locale]),
      [
        ['/about', 'about', undefined],
        ['/de/about', 'de.about', 'de'],
      ],
    );
  });

  test('takes back all of one owner', () => {
    const routes = new Routes();
    const shop = routes.ownedBy('shop');
    shop.get('/cart', { public: true, name: 'cart' }, answer);
    shop.fallback(() => undefined);
    shop.before('/', (_context, next) => next());
    routes.get('/', { public: true }, answer);
    routes.removeOwner('shop');
    assert.deepEqual(
      routes.list().map(({ path }) => path),
      ['/'],
    );
    assert.equal(routes.has('cart'), false);
    assert.deepEqual([routes.fallbacks().length, routes.around('/').length], [0, 0]);
  });

  test('fails once the server has begun, naming who comes too late', () => {
    const routes = new Routes('late');
    routes.seal();
    assert.throws(() => routes.get('/a', { public: true }, answer), {
      message: /"late" registers the route GET \/a after/,
    });
    assert.throws(() => routes.fallback(() => undefined), { message: /"late"/ });
    assert.throws(() => routes.before('/', (_context, next) => next()), { message: /"late"/ });
  });

  test('gives handlers the types of path and schemas', () => {
    const routes = new Routes();
    const schema = {
      query: { properties: { page: { type: 'integer', default: 1 } } },
      body: { properties: { tags: { type: 'array', items: { type: 'string' } } }, required: ['tags'] },
    } as const;
    routes.post('/a/:id(int)', { public: true, schema }, ({ params, query, body }) => {
      const sum: number = params.id + query.page;
      const tags: string[] = body.tags;
      // @ts-expect-error the body has no such property
      return json([sum, tags, body.other]);
    });
    assert.equal(routes.list().length, 1);
  });
});
