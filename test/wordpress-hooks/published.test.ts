// The tests that @wordpress/hooks publishes in its package, run as they are against Galley's engine.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { HookEngine } from '../../core/kernel/hooks.ts';

const HERE = import.meta.dirname;
const FOLDER = join(HERE, '..', '..', 'node_modules', '@wordpress', 'hooks', 'src', 'test');
const BROKEN = 'GALLEY_TEST_WITHOUT_REMOVAL';
const substitutes: Record<string, string> = { '..': 'adapter.ts', vitest: 'vitest.ts' };
const isPublished = (url: string | undefined): boolean => url?.startsWith(pathToFileURL(FOLDER).href) ?? false;

registerHooks({
  resolve(specifier, context, next) {
    const file = isPublished(context.parentURL) ? substitutes[specifier] : undefined;
    return file ? { url: pathToFileURL(join(HERE, file)).href, shortCircuit: true } : next(specifier, context);
  },
  load: (url, context, next) => next(url, isPublished(url) ? { ...context, format: 'module' } : context),
});

if (process.env[BROKEN]) HookEngine.prototype.removeAction = () => true;
Object.assign(globalThis, { window: globalThis });
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.js'));
for (const file of files) await import(pathToFileURL(join(FOLDER, file)).href);

test('there are published tests', () => assert.ok(files.length > 0));

if (!process.env[BROKEN])
  test('they fail where nothing is removed', () => {
    const env = { ...process.env, [BROKEN]: '1', NODE_TEST_CONTEXT: undefined };
    const { stdout, status } = spawnSync(process.execPath, ['--test', import.meta.filename], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.ok(Number(/^\S+ fail (\d+)$/m.exec(stdout)?.[1]) >= 10, stdout.slice(-2000));
  });
