import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectEnvironment, type PlaceFacts } from './environment.ts';

const server: PlaceFacts = { isCheckout: false, isTerminal: false };
const checkout: PlaceFacts = { isCheckout: true, isTerminal: false };
const terminal: PlaceFacts = { isCheckout: false, isTerminal: true };

test('an explicit GALLEY_ENV wins over every other signal, and short names are understood', () => {
  assert.equal(detectEnvironment({ GALLEY_ENV: 'test', DYNO: 'web.1' }, checkout).name, 'test');
  assert.equal(detectEnvironment({ GALLEY_ENV: 'staging' }, server).name, 'uat');
  assert.equal(detectEnvironment({ GALLEY_ENV: 'Prod' }, terminal).name, 'production');
});

test('each hosting platform is recognised as production, also with a checkout and a terminal', () => {
  const variables = ['WEBSITE_SITE_NAME', 'DYNO', 'GAE_ENV', 'K_SERVICE', 'AWS_LAMBDA_FUNCTION_NAME', 'FLY_APP_NAME'];
  for (const variable of variables) {
    const found = detectEnvironment({ [variable]: 'x' }, { isCheckout: true, isTerminal: true });
    assert.equal(found.name, 'production', variable);
    assert.match(found.reason, new RegExp(variable));
  }
});

test('npm start on a fresh clone is development, also inside a container and without a terminal', () => {
  assert.equal(detectEnvironment({ npm_lifecycle_event: 'start' }, checkout).name, 'development');
  assert.equal(detectEnvironment({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, checkout).name, 'development');
  assert.equal(detectEnvironment({ NODE_ENV: 'production' }, checkout).name, 'development');
});

test('a container image without a checkout is production', () => {
  assert.equal(detectEnvironment({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, terminal).name, 'production');
  assert.equal(detectEnvironment({ ECS_CONTAINER_METADATA_URI_V4: 'http://x' }, server).name, 'production');
  assert.equal(detectEnvironment({ NODE_ENV: 'production' }, terminal).name, 'production');
});

test('a terminal or npm run dev is development, a test runner is test, and nothing at all is production', () => {
  assert.equal(detectEnvironment({}, terminal).name, 'development');
  assert.equal(detectEnvironment({ npm_lifecycle_event: 'dev' }, server).name, 'development');
  assert.equal(detectEnvironment({ NODE_TEST_CONTEXT: 'child-v8' }, checkout).name, 'test');
  assert.equal(detectEnvironment({ NODE_ENV: 'test' }, checkout).name, 'test');
  assert.equal(detectEnvironment({}, server).name, 'production');
});
