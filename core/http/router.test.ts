import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { text } from './reply.ts';
import { Router } from './router.ts';
import { Routes } from './routes.ts';

function routerOf(build: (routes: Routes) => void): Router {
  const routes = new Routes();
  build(routes);
  return new Router(routes.list());
}

function found(router: Router, method: string, path: string, host = 'example.org'): string {
  const match = router.match(method, path, host);
  if (match.kind === 'route') return `${match.route.host ?? ''}${match.route.path} ${JSON.stringify(match.params)}`;
  if (match.kind === 'method') return match.allow.join(' ');
  const moved = method === 'GET' ? router.moved(path, host) : undefined;
  return moved === undefined ? 'none' : `> ${moved}`;
}

const answer = () => text('');
const open = { public: true } as const;

suite('The router', () => {
  test('prefers fixed text to parameters, and narrow parameters to wide ones, in any order of registration', () => {
    const router = routerOf((routes) => {
      routes.get('/*rest', open, answer);
      routes.get('/a/:x', open, answer);
      routes.get('/a/:id(int)', open, answer);
      routes.get('/a/new', open, answer);
      routes.get('/a/:x/b', open, answer);
    });
    assert.equal(found(router, 'GET', '/a/new'), '/a/new {}');
    assert.equal(found(router, 'GET', '/a/7'), '/a/:id(int) {"id":7}');
    assert.equal(found(router, 'GET', '/a/x7'), '/a/:x {"x":"x7"}');
    assert.equal(found(router, 'GET', '/a/7/b'), '/a/:x/b {"x":"7"}');
    assert.equal(found(router, 'GET', '/a/7/c'), '/*rest {"rest":"a/7/c"}');
    assert.equal(found(router, 'GET', '/'), '/*rest {"rest":""}');
  });

  test('finds another method of a wider pattern behind a fixed path', () => {
    const router = routerOf((routes) => {
      routes.get('/posts/new', open, answer);
      routes.post('/posts/:id', open, answer);
    });
    assert.equal(found(router, 'POST', '/posts/new'), '/posts/:id {"id":"new"}');
  });

  test('answers HEAD by GET and tells the methods of a path', () => {
    const router = routerOf((routes) => {
      routes.get('/a', open, answer);
      routes.put('/a', open, answer);
    });
    assert.equal(found(router, 'HEAD', '/a'), '/a {}');
    assert.equal(found(router, 'DELETE', '/a'), 'GET HEAD OPTIONS PUT');
    assert.equal(found(router, 'OPTIONS', '/a'), 'GET HEAD OPTIONS PUT');
  });

  test('knows the right spelling of another case or slash, for reading only', () => {
    const router = routerOf((routes) => {
      routes.get('/News/:slug', open, answer);
      routes.post('/form', open, answer);
    });
    assert.equal(found(router, 'GET', '/news/Hello/'), '> /News/Hello');
    assert.equal(found(router, 'POST', '/FORM'), 'none');
    assert.equal(found(router, 'GET', '/news'), 'none');
  });

  test('keeps routes of one host from others, and prefers them on their own', () => {
    const router = routerOf((routes) => {
      routes.get('/', open, answer);
      routes.get('/', { ...open, host: 'shop.example.org' }, answer);
      routes.get('/cart', { ...open, host: '*.example.org' }, answer);
    });
    assert.equal(found(router, 'GET', '/', 'shop.example.org'), 'shop.example.org/ {}');
    assert.equal(found(router, 'GET', '/'), '/ {}');
    assert.equal(found(router, 'GET', '/cart', 'shop.example.org'), '*.example.org/cart {}');
    assert.equal(found(router, 'GET', '/cart'), 'none');
    assert.equal(found(router, 'GET', '/cart', 'evilexample.org'), 'none');
  });
});
