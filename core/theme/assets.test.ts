import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Assets } from './assets.ts';
import { type ThemeSite, themeSite } from './test-support.ts';
import { THEME_BOOT, THEME_BOOT_HTML } from './theme-boot.ts';

const made: ThemeSite[] = [];
after(() => {
  for (const one of made) one.remove();
});

const FILES = {
  'css/main.css':
    '@import "./_reset.css";\n@import "@fontsource-variable/inter/index.css";\nbody { color: red; background: url("../images/dot.svg"); }\n' +
    'p { margin: 0 }\n'.repeat(20),
  'css/_reset.css': '* { box-sizing: border-box; }',
  'js/main.ts':
    "import { greet } from './parts/greet.ts';\nconst name: string = 'world';\ndocument.title = greet(name);",
  'js/parts/greet.ts': 'export const greet = (name: string): string => "Hello " + name;',
  'images/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>',
  'robots.txt': 'hello',
};

function start(files: Record<string, string> = FILES): ThemeSite & { folder: string } {
  const one = themeSite();
  made.push(one);
  const folder = join(one.root, 'plugin-assets');
  put(folder, files);
  one.site.assets.ownedBy('shop').folder('shop', folder);
  return { ...one, folder };
}

function put(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

test('stylesheets and scripts are bundled, minified, compressed and named by their content', async () => {
  const { site } = start();
  const address = await site.assets.url('shop', 'css/main.css');
  assert.match(address, /^\/assets\/[0-9a-f]{20}\.css$/);
  const css = await site.assets.find(address);
  const text = css?.body.toString() ?? '';
  assert.ok(text.includes('*{box-sizing:border-box}') && text.includes('color:red'), 'imports are in it');
  assert.ok(text.includes('Inter Variable'), 'packages are found');
  assert.equal(css?.type, 'text/css; charset=utf-8');
  assert.equal(gunzipSync(css?.gzip ?? '').toString(), text);
  assert.equal(brotliDecompressSync(css?.br ?? '').toString(), text);
  const script = await site.assets.find(await site.assets.url('shop', 'js/main.js'));
  assert.match(script?.body.toString() ?? '', /Hello/);
  assert.equal(script?.type, 'text/javascript; charset=utf-8');
});

test('a font or image that a stylesheet uses has one address, in the stylesheet and for preloading', async () => {
  const { site } = start();
  const css = (await site.assets.find(await site.assets.url('shop', 'css/main.css')))?.body.toString() ?? '';
  const font = await site.assets.url('shop', '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2');
  const image = await site.assets.url('shop', 'images/dot.svg');
  assert.ok(css.includes(font) && css.includes(image));
  assert.equal((await site.assets.find(font))?.type, 'font/woff2');
});

test('other files are served as they are, parts of bundles are not served', async () => {
  const { site } = start();
  const asset = await site.assets.find(await site.assets.url('shop', 'robots.txt'));
  assert.equal(asset?.body.toString(), 'hello');
  for (const name of ['css/_reset.css', 'js/parts/greet.ts', 'css/main.cs'])
    await assert.rejects(site.assets.url('shop', name), { code: 'GALLEY_FILE_UNKNOWN' });
  await assert.rejects(site.assets.url('shp', 'a'), /Did you mean "shop"/);
  for (const path of ['/assets/../package.json', '/assets/', '/assets/main.css'])
    assert.equal(await site.assets.find(path).catch(() => undefined), undefined);
});

test('the same content has the same address, a changed one another', async () => {
  const [a, b] = [start(), start()];
  const address = await a.site.assets.url('shop', 'css/main.css');
  assert.equal(await b.site.assets.url('shop', 'css/main.css'), address);
  put(b.folder, { 'css/_reset.css': '* { margin: 0; }' });
  const rebuilt = await b.site.assets.build(b.folder, true);
  assert.notEqual(rebuilt.get('css/main.css')?.path, address);
});

test('unchanged sources are not built again: a second process reads what the first one kept', async () => {
  const { site, root, folder } = start();
  await site.assets.build(folder);
  const kept = join(root, '.cache', 'assets');
  assert.ok(existsSync(kept));
  // Proof that it is read and not built: what is kept is changed, and the change is served.
  const css = readdirSync(join(kept, 'files')).find((name) => name.endsWith('.css')) ?? '';
  writeFileSync(join(kept, 'files', css), 'kept{}');
  const second = new Assets(site);
  assert.equal((await second.build(folder)).get('css/main.css')?.body.toString(), 'kept{}');
  utimesSync(join(folder, 'css', '_reset.css'), new Date(), new Date(Date.now() + 5000));
  const third = new Assets(site);
  assert.notEqual((await third.build(folder)).get('css/main.css')?.body.toString(), 'kept{}');
});

test('a folder that cannot be written to costs only the keeping', async () => {
  const { site, root } = start();
  writeFileSync(join(root, '.cache'), 'a file where a folder is wanted');
  assert.match(await site.assets.url('shop', 'css/main.css'), /^\/assets\//);
});

test('an address that only an older or newer process made is found on disk, and nothing else is', async () => {
  const { site } = start();
  const address = await site.assets.url('shop', 'css/main.css');
  const other = new Assets(site);
  const asset = await other.find(address);
  assert.deepEqual([asset?.type, asset?.path], ['text/css; charset=utf-8', address]);
  assert.ok(asset?.br && asset.gzip);
  for (const path of [
    '/assets/../x.json',
    '/assets/%2e%2e/x.css',
    '/assets/a/b.css',
    '/assets/.css',
    '/other/a.css',
    address.replace('.css', '.css.br'),
  ]) {
    assert.equal(await other.find(path), undefined, path);
  }
});

test('what is kept but broken is built again', async () => {
  const { site, root, folder } = start();
  const address = await site.assets.url('shop', 'css/main.css');
  for (const name of readdirSync(join(root, '.cache', 'assets'))) {
    if (name.endsWith('.json')) writeFileSync(join(root, '.cache', 'assets', name), '{"format":1');
  }
  assert.equal((await new Assets(site).build(folder)).get('css/main.css')?.path, address);
});

test('a mistake is told with file and line, and the next build may be right', async () => {
  const { site, folder } = start({ 'theme.css': '\n@import "./missing.css";' });
  await assert.rejects(site.assets.url('shop', 'theme.css'), {
    code: 'GALLEY_THEME_INVALID',
    message: /theme\.css, line 2: .*missing\.css/,
  });
  put(folder, { 'theme.css': 'a{color:red}' });
  assert.match(await site.assets.url('shop', 'theme.css'), /\.css$/);
});

test('several builds at once do not disturb each other', async () => {
  const { site, root } = start();
  const folders = Array.from({ length: 5 }, (_, index) => join(root, `many-${index}`));
  for (const [index, folder] of folders.entries()) put(folder, { 'a.css': `a { order: ${index} }` });
  const bundles = await Promise.all(folders.map((folder) => site.assets.build(folder)));
  assert.deepEqual(
    bundles.map((bundle) => bundle.get('a.css')?.body.toString().trim()),
    folders.map((_, index) => `a{order:${index}}`),
  );
});

test('the hash of the inline script is that of its text', () => {
  const { site } = start();
  assert.deepEqual(site.assets.inlineHashes, [createHash('sha256').update(THEME_BOOT).digest('base64')]);
  assert.equal(THEME_BOOT_HTML.value, `<script>${THEME_BOOT}</script>`);
  assert.ok(!THEME_BOOT.includes('<'), 'nothing in it could close its element');
});

test('the folder of a plugin goes with its owner', async () => {
  const { site } = start();
  site.assets.removeOwner('shop');
  await assert.rejects(site.assets.url('shop', 'css/main.css'), { code: 'GALLEY_REGISTRY_UNKNOWN' });
});

test('a child replaces one part of a stylesheet of its parents, and may import what it replaces', async () => {
  const { site, root } = start();
  const [parent, child] = [join(root, 'parent'), join(root, 'child')];
  put(parent, {
    'css/main.css': '@import "./parts/base.css";\n@import "./parts/type.css";\nbody { margin: 1px }',
    'css/parts/base.css': '.base { color: red; background: url("../../images/dot.svg?v=1#x") }',
    'css/parts/type.css': '.type { color: blue }',
    'css/other.css': '.other { color: green }',
    'images/dot.svg': FILES['images/dot.svg'],
  });
  const sheet = async (name: string) => {
    const asset = (await site.assets.build(child, true, [parent])).get(name);
    return asset?.body.toString();
  };
  put(child, { 'images/own.svg': FILES['images/dot.svg'] });
  assert.equal(await sheet('css/main.css'), undefined, 'nothing is built anew as long as no stylesheet is there');
  put(child, { 'css/parts/base.css': '@import "./base.css";\n.more { color: teal }' });
  const main = (await sheet('css/main.css')) ?? '';
  for (const words of ['.base{', '/assets/', '.more{color:teal}', '.type{', 'margin:1px'])
    assert.ok(main.includes(words), `${words} in ${main}`);
  assert.match((await sheet('css/other.css')) ?? '', /\.other/);
  put(child, { 'css/main.css': '@import "./parts/type.css";\n.whole { color: tan }' });
  const whole = (await sheet('css/main.css')) ?? '';
  assert.ok(whole.includes('.whole{') && whole.includes('.type{') && !whole.includes('.base{'), whole);
  put(parent, { 'css/parts/type.css': '.type { color: navy }' });
  assert.match((await sheet('css/main.css')) ?? '', /navy/, 'a change of the parent arrives');
});
