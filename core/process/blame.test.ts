import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Plugins } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { blame, blameFiles } from './blame.ts';

function siteWith(folders: Record<string, boolean>): Pick<Site, 'plugins'> {
  const plugins = new Plugins();
  plugins.list = () =>
    Object.entries(folders).map(
      ([directory, isFirstParty]) =>
        ({ name: directory.split('/').at(-1), directory, isFirstParty }) as ReturnType<Plugins['list']>[number],
    );
  return { plugins };
}

function thrown(...files: string[]): Error {
  const error = new Error('it fell');
  error.stack = `Error: it fell\n${files.map((file) => `    at call (${file}:3:7)`).join('\n')}`;
  return error;
}

const site = siteWith({ '/site/plugins/posts': true, '/site/wp-content/plugins/shelf': false });

test('the innermost call that stands in the folder of a plugin names it', () => {
  const error = thrown(
    'node:internal/timers',
    'file:///site/wp-content/plugins/shelf/a%20file.js',
    'file:///site/plugins/posts/front.ts',
  );
  assert.deepEqual(blame(site, error), { message: 'it fell', plugin: 'shelf', isRemovable: true });
});

test('those that come with Galley are named and stay', () => {
  assert.deepEqual(blame(site, thrown('/site/core/kernel/hooks.ts', '/site/plugins/posts/front.ts')), {
    message: 'it fell',
    plugin: 'posts',
    isRemovable: false,
  });
});

test('a cause counts where the error itself names nobody', () => {
  const error = new Error('outer', { cause: thrown('/site/wp-content/plugins/shelf/index.js') });
  error.stack = 'Error: outer';
  assert.equal(blame(site, error).plugin, 'shelf');
});

test('nobody is named for what comes from elsewhere, or is no error', () => {
  assert.deepEqual(blame(site, thrown('/site/wp-content/plugins/shelf-two/index.js')), { message: 'it fell' });
  assert.deepEqual(blame(site, 'only words'), { message: 'only words' });
});

test('by files alone, the folder in which the innermost one stands names it', () => {
  const folders = { own: '/site/plugins', further: ['/site/wp-content/plugins'] };
  const calls = ['node:timers', '/site/wp-content/plugins/shelf/lib/a.js', '/site/plugins/posts/front.ts'];
  assert.deepEqual(blameFiles(calls, folders), { plugin: 'shelf', isRemovable: true });
  assert.deepEqual(blameFiles(calls.slice(2), folders), { plugin: 'posts', isRemovable: false });
  assert.deepEqual(blameFiles(['/site/core/boot.ts'], folders), {});
});
