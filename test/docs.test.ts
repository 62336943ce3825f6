// What the documents promise, held against the code.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { hookDocs } from '../core/cli/hook-docs.ts';
import { startTestSite } from '../core/testing.ts';

const ROOT = dirname(import.meta.dirname);
const documents = (): string[] =>
  globSync(['*.md', 'docs/**/*.md', 'plugins/*/README.md', 'themes/**/README.md'], {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  });

test('docs/hooks.md has every hook as the code defines it', async () => {
  const { site, stop } = await startTestSite();
  try {
    const written = readFileSync(join(ROOT, 'docs/hooks.md'), 'utf8');
    const made = hookDocs(site.hooks.list());
    assert.ok(made.includes('entry:saving'));
    assert.equal(written.trim(), made.trim(), 'Run: bin/galley hook docs > docs/hooks.md');
  } finally {
    await stop();
  }
});

test('every plugin tells in a README.md what it is', () => {
  const folders = globSync('plugins/*/package.json', { cwd: ROOT }).map((file) => dirname(file));
  assert.ok(folders.length > 5);
  assert.deepEqual(
    folders.filter((folder) => !existsSync(join(ROOT, folder, 'README.md'))),
    [],
  );
});

test('links between the documents lead to files that exist', () => {
  const broken: string[] = [];
  for (const file of documents()) {
    const source = readFileSync(join(ROOT, file), 'utf8').replace(/```[\s\S]*?```/g, '');
    for (const [, target = ''] of source.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(ROOT, dirname(file), target))) broken.push(`${file} → ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});
