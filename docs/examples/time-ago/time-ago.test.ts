import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite } from 'galley/testing';
import { ago } from './ago.ts';

const NOW = Date.UTC(2027, 0, 31, 12);

test('a moment is told in words of the language', () => {
  const told = (iso: string, language = 'en') => ago(iso, language, NOW);
  assert.equal(told('2027-01-28T11:00:00Z'), '3 days ago');
  assert.equal(told('2027-01-30T11:00:00Z', 'de'), 'gestern');
  assert.equal(told('2027-01-31T11:59:59Z'), '1 second ago');
  assert.equal(told('2028-06-01T00:00:00Z'), 'next year');
  assert.equal(told('soon'), '');
});

test('a theme uses it', async () => {
  const { site, contentDir, inject, stop } = await startTestSite({
    plugins: ['posts', 'blocks', 'time-ago'],
    pluginFolders: [dirname(import.meta.dirname)],
  });
  try {
    const files = {
      'theme.json': JSON.stringify({ name: 'small', title: 'Small', version: '1.0.0', parent: 'default' }),
      'templates/single.hbs': '<p>Written {{ago entry.published.iso}}.</p>\n',
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(contentDir, 'themes/small/templates'), { recursive: true });
      writeFileSync(join(contentDir, 'themes/small', file), text);
    }
    await site.themes.activate('small');
    const draft = { type: 'post', status: 'publish', title: 'Old', publishedAt: Date.UTC(2001, 0, 1) } as const;
    const [shown] = await site.entries.present([await site.entries.save(draft, { viewer: SYSTEM })]);
    assert.match((await inject({ url: shown?.url ?? '' })).body, /<p>Written \d+ years ago\.<\/p>/);
  } finally {
    await stop();
  }
});
