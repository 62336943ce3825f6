import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../../testing.ts';
import { coreTexts } from '../text-parts.ts';
import { reviewPlugin } from './plugin-review.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const CARELESS: Record<string, string> = {
  'package.json': JSON.stringify({
    name: 'careless',
    version: '1.0.0',
    main: 'index.ts',
    galley: { title: 'Careless', requires: ['post'] },
  }),
  'index.ts': `import { definePlugin, type Site } from 'galley';
import type { Knex } from 'knex';
import { secret } from 'galley/http/server.ts';
import { posts } from '../posts/index.ts';
import left from 'left-pad';
import './own.ts';

export default definePlugin((site: Site) => {
  site.hooks.addAction('entry:save', () => undefined);
  site.hooks.addFilter('entry:saved', (value: unknown) => value);
  site.hooks.define('careless:told', { kind: 'action', summary: 'x' });
  for (const entry of posts) site.hooks.doAction('careless:told', entry);
  void posts.map((entry) => site.hooks.applyFilters('entries:presenting', entry));
  site.hooks.doAction('careless:told', secret);
  console.log(left);
  if (secret) process.exit(1);
  setInterval(() => undefined, 1000);
  site.routes.get('/careless', { capability: 'manage_option' }, () => new Function('return 1'));
  site.hooks.define('careless:words', { kind: 'filter', summary: 'x' });
  void site.hooks.applyFilters('careless:words', '');
});
`,
  'own.ts': "export const can = (viewer: { can(name: string): boolean }): boolean => viewer.can('be_careful');\n",
  'broken.ts': 'export const half = {\n',
  'assets/page.ts': "document.body.innerHTML = '<p>';\nif (document.body.innerHTML) document.body.textContent = '';\n",
  'migrations/1_wrong.ts': 'export const up = async () => undefined;\n',
  'migrations/20260101000000_things.ts': 'export async function up(): Promise<void> {}\n',
  'views/templates/page.hbs': "<p>{{t 'Careful'}}</p>\n",
  'locales/de.json': '{}',
  'node_modules/left-pad/index.js': 'process.exit(1)',
};

describe('A plugin is read as a reviewer would', () => {
  let current: TestSite;
  const folder = mkdtempSync(join(tmpdir(), 'galley-review-'));
  before(async () => {
    current = await startTestSite();
    for (const [file, text] of Object.entries(CARELESS)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  });
  after(async () => {
    await current.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('each mistake is found, with its place and what to do', async () => {
    const found = (await reviewPlugin(current.site, folder)).map(
      ({ level, file, line, message }) => `${level} ${file}:${line} ${message}`,
    );
    const expected: RegExp[] = [
      /^warning assets\/page\.ts:1 .*textContent/,
      /^error broken\.ts:\d It cannot be read/,
      /^error index\.ts:3 .*not public/,
      /^error index\.ts:4 .*outside of the plugin/,
      /^error index\.ts:5 "left-pad" is not among the dependencies/,
      /^error index\.ts:9 There is no hook "entry:save"\. Did you mean "entry:saved"\?/,
      /^error index\.ts:10 The hook "entry:saved" is of kind action, not for addFilter/,
      /^warning index\.ts:12 .*"careless:told" is fired in a loop/,
      /^warning index\.ts:13 .*"entries:presenting" is fired in a loop/,
      /^warning index\.ts:15 .*site\.log/,
      /^error index\.ts:16 process\.exit/,
      /^warning index\.ts:17 setInterval.*site\.cron/,
      /^error index\.ts:18 .*"manage_option".*Did you mean "manage_options"\?/,
      /^error index\.ts:18 Function: /,
      /^warning locales\/de\.json:0 2 texts .*"Careless"/,
      /^error migrations\/1_wrong\.ts:0 Name it like/,
      /^error migrations\/20260101000000_things\.ts:0 It exports no function "down"/,
      /^error own\.ts:1 .*"be_careful"/,
      /^warning package\.json:0 It has no description/,
      /^warning package\.json:0 It names no author/,
      /^warning package\.json:0 It has no test/,
      /^warning package\.json:0 It requires "post", which this site has not\. Did you mean "posts"\?/,
      /^warning README\.md:0/,
    ];
    for (const line of expected)
      assert.ok(
        found.some((item) => line.test(item)),
        `${line} in\n${found.join('\n')}`,
      );
    assert.equal(found.length, expected.length, found.join('\n'));
  });

  test('what a contained plugin asks for without having said so is found', async () => {
    const home = join(folder, 'asking');
    mkdirSync(home);
    const galley = { title: 'Asking', capabilities: ['kv', 'content:read:post'], contained: { routes: {} } };
    const manifest = { name: 'asking', version: '1.0.0', main: 'index.ts', type: 'module', galley };
    writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
    const source = `import { contained } from 'galley/contained';
export default contained({
  routes: {
    all: async (_input, galley) => {
      await galley.kv.get('a');
      await galley.content.find({ type: 'post' });
      await galley.content.save({ type: 'post' });
      await galley.table('votes').find();
      galley.log.info('asked');
      return galley.fetch('https://example.org/');
    },
  },
});
`;
    writeFileSync(join(home, 'index.ts'), source);
    const errors = (await reviewPlugin(current.site, home)).filter(({ level }) => level === 'error');
    assert.deepEqual(
      errors.map(({ line, message }) => [line, /"([^"]+)"/.exec(message)?.[1]]),
      [
        [7, 'content:write:<type>'],
        [8, 'tables'],
        [9, 'log'],
        [10, 'fetch:<host>'],
      ],
    );
    rmSync(home, { recursive: true });
  });

  test('icons that the admin has not are named, with those that may be meant', async () => {
    const home = join(folder, 'drawing');
    mkdirSync(home);
    const contained = {
      panels: { all: { title: 'All', icon: 'calender-event' }, few: { title: 'Few', icon: 'calendar' } },
      blocks: {
        one: { title: 'One', template: '<p></p>', icon: 'blorp' },
        two: { title: 'Two', template: '<p></p>', icon: 'cart-without-goods' },
      },
    };
    const galley = { title: 'Drawing', contained };
    const manifest = { name: 'drawing', version: '1.0.0', main: 'index.ts', type: 'module', galley };
    writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
    const source = `export default {
  hooks: { 'admin:dashboard': () => ({ title: 'A', icon: 'sheild-check' }) },
  panels: { all: (_, { chosen }) => ({ icon: chosen, other: { icon: 'shield-check', none: { icon: '' } } }) },
};
`;
    writeFileSync(join(home, 'index.ts'), source);
    const found = (await reviewPlugin(current.site, home)).filter(({ message }) => /icon/.test(message));
    assert.deepEqual(
      found.map(({ level, file, line, message }) => `${level} ${file}:${line} ${message}`),
      [
        'warning index.ts:2 There is no icon "sheild-check", so a square is shown. Near are: "shield-check", "send-check", "file-check".',
        'warning package.json:0 The panel "all": there is no icon "calender-event", so a square is shown. Near are: "calendar-event", "calendar2-event", "calendar3-event".',
        'warning package.json:0 The block "one": there is no icon "blorp", so a square is shown. All stand at https://icons.getbootstrap.com.',
        'warning package.json:0 The block "two": there is no icon "cart-without-goods", so a square is shown. Near are: "cart", "cart-check", "cart-check-fill".',
      ],
    );
    rmSync(home, { recursive: true });
  });

  test('a folder that is no plugin says so, and nothing else', async () => {
    const [only, ...more] = await reviewPlugin(current.site, join(folder, 'assets'));
    assert.match(only?.message ?? '', /no plugin/);
    assert.deepEqual(more, []);
  });

  test('the plugins that come with Galley and the examples have no errors', async () => {
    const core = coreTexts(current.site);
    for (const parent of ['plugins', 'docs/examples']) {
      for (const name of readdirSync(join(ROOT, parent))) {
        const found = await reviewPlugin(current.site, join(ROOT, parent, name), core);
        assert.deepEqual(
          found.filter(({ level, message }) => level === 'error' || /icon/.test(message)),
          [],
          name,
        );
      }
    }
  });
});
