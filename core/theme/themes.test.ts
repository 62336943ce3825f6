import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { manifest, page, type ThemeSite, themeSite } from './test-support.ts';

const files = {
  'default/theme.json': manifest('default', {
    tokens: {
      color: { paper: { light: 'white', dark: 'black' }, accent: { light: 'teal', dark: 'aqua' } },
      space: { 1: '4px' },
    },
    options: {
      accent: { kind: 'text', label: 'Accent', default: '', token: 'color.accent' },
      wide: { kind: 'boolean', label: 'Wide', default: true },
    },
    variations: { night: { title: 'Night', tokens: { color: { paper: { light: 'gray', dark: 'navy' } } } } },
    menus: { primary: 'Main' },
  }),
  'default/layouts/base.hbs': '<html>{{body}}</html>',
  'default/templates/index.hbs': '{{!< base}}index {{> part}}',
  'default/templates/singular.hbs': 'singular',
  'default/templates/error.hbs': 'error',
  'default/partials/part.hbs': 'parent part',
};
const CHILD = { 'child/theme.json': manifest('child', { parent: 'default' }), 'child/partials/part.hbs': 'child part' };

const made: ThemeSite[] = [];
function start(more: Record<string, string> = {}, environment?: string): ThemeSite {
  const one = themeSite({ ...files, ...more }, environment);
  made.push(one);
  return one;
}
after(() => {
  for (const one of made) one.remove();
});

async function cssOf({ site }: ThemeSite): Promise<string> {
  const active = await site.themes.active();
  const asset = await site.assets.find(active.asset('tokens.css'));
  return asset?.body.toString() ?? '';
}

test('themes of the project and of the content folder are listed, each with what is wrong with it', async () => {
  const { site, root, write } = start({
    ...CHILD,
    'orphan/theme.json': manifest('orphan', { parent: 'gone' }),
    'broken/theme.json': '{',
  });
  write({
    '../wp-content/themes/own/theme.json': manifest('own'),
    '../wp-content/themes/default/theme.json': manifest('default', { version: '9.9.9' }),
  });
  const list = await site.themes.list();
  assert.deepEqual(
    list.map(({ name, isActive, isFirstParty }) => [name, isActive, isFirstParty]),
    [
      ['broken', false, true],
      ['child', false, true],
      ['default', true, true],
      ['orphan', false, true],
      ['own', false, false],
    ],
  );
  assert.match(list[0]?.problem ?? '', /theme\.json cannot be read/);
  assert.match(list[3]?.problem ?? '', /parent "gone"/);
  assert.equal(list[2]?.version, '1.0.0', 'nobody replaces a theme of the project');
  assert.equal(list[4]?.directory, join(root, 'wp-content', 'themes', 'own'));
});

test('a child theme overrides what it has and inherits the rest', async () => {
  const one = start({ ...CHILD, 'child/templates/singular.hbs': '{{!< base}}child singular' });
  await one.site.themes.activate('child');
  assert.equal(await one.site.render(['index'], page()), '<html>index child part</html>');
  assert.equal(await one.site.render(['single', 'singular'], page()), '<html>child singular</html>');
  const { theme } = await one.site.themes.active();
  assert.deepEqual([theme.name, theme.manifest.menus], ['child', { primary: 'Main' }]);
  assert.deepEqual(one.invalidated, ['theme']);
});

test('activating tells who listens, and a theme with errors is refused and changes nothing', async () => {
  const { site } = start({
    ...CHILD,
    'bad/theme.json': manifest('bad', { parent: 'default' }),
    'bad/partials/part.hbs': '<p>\n{{{x}}}',
  });
  const events: unknown[] = [];
  site.hooks.addAction('theme:activated', (event) => void events.push(event));
  await assert.rejects(
    site.themes.activate('bad'),
    (error) => isGalleyError(error, 'GALLEY_THEME_INVALID') && /bad\/partials\/part\.hbs, line 2/.test(error.message),
  );
  await assert.rejects(site.themes.activate('chlid'), {
    code: 'GALLEY_THEME_UNKNOWN',
    message: /Did you mean "child"/,
  });
  assert.equal((await site.themes.active()).theme.name, 'default');
  await site.themes.activate('child');
  assert.deepEqual(events, [{ name: 'child', previous: 'default' }]);
});

test('when the active theme cannot be used the default one stands in, and that is logged once', async () => {
  const { site, errors } = start({ 'half/theme.json': '{' });
  await site.options.set('theme', 'half');
  assert.equal(await site.render(['singular'], page()), 'singular');
  await site.render(['singular'], page());
  await site.options.set('theme', 'gone');
  assert.equal(await site.render(['singular'], page()), 'singular');
  assert.deepEqual(errors, [
    'the theme "half" cannot be used; "default" stands in',
    'the theme "gone" cannot be used; "default" stands in',
  ]);
});

test('a theme that has itself among its parents is refused', async () => {
  const { site } = start({
    'a/theme.json': manifest('a', { parent: 'b' }),
    'b/theme.json': manifest('b', { parent: 'a' }),
  });
  await assert.rejects(site.themes.load('a'), { code: 'GALLEY_THEME_INVALID', message: /among its parents/ });
});

test('tokens become custom properties for light, dark and system', async () => {
  const css = await cssOf(start());
  assert.ok(css.startsWith(':root{color-scheme:light;--color-paper:white;--color-accent:teal;--space-1:4px}'));
  assert.ok(css.includes('[data-theme=dark]{color-scheme:dark;--color-paper:black;--color-accent:aqua}'));
  assert.ok(
    css.includes(
      '(prefers-color-scheme:dark){:root:not([data-theme=light],[data-theme=dark]){color-scheme:dark;--color-paper:black',
    ),
  );
});

test('variation and options change the tokens, their address and the cache', async () => {
  const one = start();
  const before = (await one.site.themes.active()).asset('tokens.css');
  await one.site.themes.configure('default', { variation: 'night', options: { accent: 'oklch(0.5 0.1 20)' } });
  const active = await one.site.themes.active();
  assert.notEqual(active.asset('tokens.css'), before);
  assert.deepEqual([active.variation, active.options], ['night', { accent: 'oklch(0.5 0.1 20)', wide: true }]);
  const css = await cssOf(one);
  assert.ok(
    css.includes('--color-paper:gray') &&
      css.includes('--color-paper:navy') &&
      css.includes('--color-accent:oklch(0.5 0.1 20)'),
  );
  assert.deepEqual(one.invalidated, ['theme']);
});

test('an option cannot leave its declaration and an unknown variation is none', async () => {
  const one = start();
  await one.site.themes.configure('default', {
    variation: 'constructor',
    options: { accent: 'red}body{display:none' },
  });
  assert.equal((await one.site.themes.active()).variation, '');
  assert.ok((await cssOf(one)).includes('--color-accent:teal'));
});

test('another process that has older settings finds the stylesheet of newer ones', async () => {
  const one = start();
  const old = await one.site.themes.active();
  await one.site.themes.configure('default', { variation: 'night' });
  const other = themeSite(files);
  made.push(other);
  await other.site.options.update('theme:default', () => ({ variation: 'night' }));
  const address = (await one.site.themes.active()).asset('tokens.css');
  assert.ok(await other.site.assets.find(address));
  assert.ok(await one.site.assets.find(old.asset('tokens.css')), 'pages that are still in caches find theirs');
  assert.equal(await one.site.assets.find('/assets/0000.css'), undefined);
});

test('the manifest is checked whole and every mistake is told', async () => {
  const { site } = start({
    'bad/theme.json': JSON.stringify({
      name: 'Bad',
      title: '',
      tokens: { color: { a: 'red;}', b: { light: 'x' } } },
      colour: 1,
      images: { big: { width: 1 } },
    }),
  });
  const said = (await site.themes.check('bad')).map(({ message }) => message).join('\n');
  for (const part of [
    '"version"',
    'unknown property "colour"',
    'name must match',
    'title',
    'tokens.color.a may not hold',
    'tokens.color.b lacks "dark"',
    'images.big.width',
  ]) {
    assert.ok(said.includes(part), `${part} in ${said}`);
  }
});

test('the check tells everything else that is wrong, with file and line', async () => {
  const { site } = start({
    'bad/theme.json': manifest('bad', {
      tokens: { color: { ink: 'black' } },
      options: { a: { kind: 'text', label: 'A', token: 'color.inc' } },
      variations: { v: { title: 'V', tokens: { color: { ikn: 'red' } } } },
      templates: { wide: { title: 'Wide' } },
    }),
    'bad/templates/single.hbs': '{{!< bsae}}\n<img src="/a.png">\n{{asset \'them.css\'}}{{{x}}}',
    'bad/layouts/base.hbs': '{{body}}',
    'bad/assets/theme.css': 'a { color: red }',
    'bad/locales/de.json': '{"a": {"more": "b"}}',
  });
  const problems = (await site.themes.check('bad')).map(
    ({ level, file, line, message }) => `${level} ${file}:${line} ${message}`,
  );
  const expected = [
    /^error bad\/theme\.json:0 The option "a" sets the token "color\.inc"/,
    /^error bad\/theme\.json:0 The variation "v" sets the token "color\.ikn"/,
    /^error bad\/locales\/de\.json:0 "a" is neither/,
    /^error bad\/templates\/index\.hbs:0 Every theme needs/,
    /^warning bad\/templates\/singular\.hbs:0/,
    /^warning bad\/templates\/error\.hbs:0/,
    /^error bad\/theme\.json:0 "templates" names "wide"/,
    /^warning bad\/templates\/single\.hbs:2 <img> without alt/,
    /^error bad\/templates\/single\.hbs:3 There is no asset "them\.css"\. Did you mean "theme\.css"/,
    /^error bad\/templates\/single\.hbs:3 Unescaped/,
    /^error bad\/templates\/single\.hbs:1 There is no layout "bsae"\. Did you mean "base"/,
  ];
  for (const pattern of expected)
    assert.ok(
      problems.some((problem) => pattern.test(problem)),
      `${pattern} in\n${problems.join('\n')}`,
    );
  assert.equal(problems.length, expected.length);
});

test('broken assets are told with file and line', async () => {
  const { site, write } = start({
    'bad/theme.json': manifest('bad', { parent: 'default' }),
    'bad/assets/theme.css': '\n@import "./missing.css";',
  });
  const problems = await site.themes.check('bad');
  assert.deepEqual(
    problems.map(({ level, file, line }) => [level, file, line]),
    [['error', 'bad/assets/theme.css', 2]],
  );
  assert.match(
    problems[0]?.message ?? '',
    /^This cannot be built: .*missing\.css.*\.$/,
    'a sentence that is translated',
  );
  assert.match(problems[0]?.detail ?? '', /missing\.css/);
  write({ 'bad/assets/theme.css': 'a {\n  color: red;\n} }' });
  const [warning] = await site.themes.check('bad');
  assert.deepEqual([warning?.level, warning?.file, warning?.line], ['warning', 'bad/assets/theme.css', 3]);
});

test('a new theme is whole, a new child begins with its manifest, and both pass the check', async () => {
  const one = start();
  const whole = await one.site.themes.create('my-theme', { author: 'Ada' });
  await one.site.themes.create('my-child', { parent: 'default', title: 'Mine' });
  assert.deepEqual(JSON.parse(readFileSync(join(whole, 'theme.json'), 'utf8')).title, 'My theme');
  assert.ok(!existsSync(join(whole, '..', 'my-child', 'templates', 'index.hbs')));
  assert.deepEqual(await one.site.themes.check('my-theme'), []);
  assert.deepEqual(await one.site.themes.check('my-child'), []);
  await one.site.themes.activate('my-theme');
  assert.match(
    await one.site.render(['index'], page({ entries: [{ title: '<x>', url: '/x' }] })),
    /<a href="\/x">&lt;x&gt;<\/a>/,
  );
  for (const name of ['default', 'My', '../x', 'a/b'])
    await assert.rejects(one.site.themes.create(name), { code: 'GALLEY_THEME_INVALID' });
  await assert.rejects(one.site.themes.create('other', { parent: 'nobody' }), { code: 'GALLEY_THEME_UNKNOWN' });
});

test('in development a changed file is seen, in production it is not', async () => {
  for (const [environment, expected] of [
    ['development', 'changed'],
    ['production', 'singular'],
  ] as const) {
    const one = start({}, environment);
    assert.equal(await one.site.render(['singular'], page()), 'singular');
    one.write({ 'default/templates/singular.hbs': 'changed' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    await one.site.render(['singular'], page());
    assert.equal(await one.site.render(['singular'], page()), expected, environment);
  }
});
