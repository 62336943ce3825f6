// What the documents promise, held against the code.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { capabilityDocs } from '../core/cli/capability-docs.ts';
import { CAPABILITY_WORDS, HOOK_FIELDS, PART_WORDS } from '../core/cli/capability-words.ts';
import { doorDocs } from '../core/cli/door-docs.ts';
import { hookDocs } from '../core/cli/hook-docs.ts';
import { PANEL_PARTS } from '../core/contained/panel-blocks.ts';
import { CAPABILITIES_SCHEMA } from '../core/kernel/contained-manifest.ts';
import { startTestSite } from '../core/testing.ts';

const ROOT = dirname(import.meta.dirname);
const documents = (): string[] =>
  globSync(['*.md', 'docs/**/*.md', 'plugins/*/README.md', 'themes/**/README.md'], {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  });

test('docs/hooks.md has every hook, docs/capabilities.md every capability as the code defines it', async () => {
  const { site, stop } = await startTestSite();
  try {
    const written = readFileSync(join(ROOT, 'docs/hooks.md'), 'utf8');
    const made = hookDocs(site.hooks.list());
    assert.ok(made.includes('entry:saving'));
    assert.equal(written.trim(), made.trim(), 'Run: bin/galley hook docs > docs/hooks.md');
    const asked = readFileSync(join(ROOT, 'docs/capabilities.md'), 'utf8');
    const run = 'Run: bin/galley plugin docs capabilities > docs/capabilities.md';
    assert.equal(asked.trim(), capabilityDocs(site).trim(), run);
    for (const name of site.contained.adapters.keys()) assert.ok(HOOK_FIELDS[name], `${name} is told of`);
    for (const { name, capability } of site.contained.calls.list())
      assert.ok(Object.hasOwn(CAPABILITY_WORDS, capability), `${name} needs a capability that is told of`);
  } finally {
    await stop();
  }
});

test('every part of a panel is told of', () => {
  assert.deepEqual(Object.keys(PART_WORDS).sort(), [...PANEL_PARTS].sort());
});

test('every capability that is told of can be asked for', () => {
  const pattern = new RegExp(CAPABILITIES_SCHEMA.items.pattern);
  for (const name of Object.keys(CAPABILITY_WORDS)) {
    const asked = name
      .replace('<type>', 'post')
      .replace('<status>', 'draft')
      .replace(/<(host|file)>/, 'example.org');
    assert.match(asked, pattern);
  }
});

test('docs/registries.md has every door of the site as the sources have it', async () => {
  const written = readFileSync(join(ROOT, 'docs/registries.md'), 'utf8');
  const made = await doorDocs(ROOT);
  for (const call of ['site.hooks', 'site.blocks', 'site.admin.menu', 'register(name: string', 'define(name: string'])
    assert.ok(made.includes(call), call);
  assert.equal(written.trim(), made.trim(), 'Run: bin/galley plugin docs doors > docs/registries.md');
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
