import { type NewPlugin, type Part, quoted } from './plugin-part.ts';

interface PartText {
  /** The function that registers it. */
  call: string;
  files(plugin: NewPlugin): Record<string, string>;
  /** What the test says of it. */
  test(plugin: NewPlugin): string;
}

const typeOf = (name: string): string => name.replaceAll('-', '_').slice(0, 20);

const TEXTS: Record<Part, PartText> = {
  block: {
    call: 'addBlock',
    files: ({ name, title }) => ({
      'block.ts': `import { escapeHtml, type Site, wrapperAttributes } from 'galley';

/** \`<!-- wp:${name}/hello {"to":"Ada"} /-->\` in a text. */
export function addBlock(site: Site): void {
  site.blocks.define('${name}/hello', {
    title: ${quoted(title)},
    icon: 'puzzle',
    attributes: { to: { type: 'string', default: 'world' } },
    render: ({ name, attrs }) => \`<p\${wrapperAttributes(name, attrs)}>Hello, \${escapeHtml(String(attrs['to']))}</p>\`,
  });
}
`,
    }),
    test: ({ name }) => `test('the block greets, and escapes what an author wrote', async () => {
  const content = '<!-- wp:${name}/hello {"to":"<Ada>"} /-->';
  const draft = { type: 'post', status: 'publish', title: 'Hello', content } as const;
  const entry = await current.site.entries.save(draft, { viewer: SYSTEM });
  const [shown] = await current.site.entries.present([entry], { content: true });
  assert.match(shown?.content.value ?? '', /Hello, &lt;Ada&gt;/);
});
`,
  },
  route: {
    call: 'addRoute',
    files: ({ name }) => ({
      'route.ts': `import { json, type Site } from 'galley';

export function addRoute(site: Site): void {
  site.routes.get('/${name}', { name: '${name}.hello', public: true, area: 'api' }, () => json({ hello: 'world' }));
}
`,
    }),
    test: ({ name }) => `test('its address answers', async () => {
  assert.deepEqual((await current.inject({ url: '/${name}' })).json(), { hello: 'world' });
});
`,
  },
  screen: {
    call: 'addScreen',
    files: ({ name, title }) => ({
      'screen.ts': `import { join } from 'node:path';
import type { Site } from 'galley';

export function addScreen(site: Site): void {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.admin.screen({
    path: '/${name}',
    title: ${quoted(title)},
    capability: 'manage_options',
    menu: { group: 'system', icon: 'puzzle' },
    get: (page) => page.view('${name}/hello', { name: page.user.name }),
  });
}
`,
      'views/templates/hello.hbs': `{{!< admin}}\n<p>{{t 'Hello, {name}.' name=name}}</p>\n`,
    }),
    test: ({ name }) => `test('its screen greets administrators, and nobody else', async () => {
  const open = async (role: string) => {
    const { cookie } = await current.loginAs(role);
    return current.inject({ url: '/admin/${name}', headers: { cookie } });
  };
  assert.match((await open('administrator')).body, /Hello, The administrator\\./);
  assert.equal((await open('editor')).statusCode, 403);
});
`,
  },
  cron: {
    call: 'addCron',
    files: ({ name }) => ({
      'cron.ts': `import type { Site } from 'galley';

export function addCron(site: Site): void {
  site.cron.define('${name}:nightly', {
    schedule: '0 3 * * *',
    summary: 'Says good night.',
    run: () => site.log.info('Good night'),
  });
}
`,
    }),
    test: ({ name }) => `test('its nightly work runs', async () => {
  assert.equal((await current.site.cron.run('${name}:nightly')).error, null);
});
`,
  },
  type: {
    call: 'addType',
    files: ({ name, title }) => ({
      'type.ts': `import type { Site } from 'galley';

export function addType(site: Site): void {
  site.types.register('${typeOf(name)}', {
    title: ${quoted(title)},
    singular: ${quoted(title)},
    icon: 'puzzle',
    public: true,
    base: '${name}',
    capability: 'post',
    supports: ['title', 'content', 'revisions'],
    fields: { note: { kind: 'text', label: 'Note', maxLength: 200 } },
  });
}
`,
    }),
    test: ({ name }) => `test('what is published of its type has an address', async () => {
  const draft = { type: '${typeOf(name)}', status: 'publish', title: 'First', slug: 'first' } as const;
  await current.site.entries.save({ ...draft, fields: { note: 'Hi' } }, { viewer: SYSTEM });
  assert.equal((await current.inject({ url: '/${name}/first/' })).statusCode, 200);
});
`,
  },
};

/** The files of a trusted plugin: each part in a file of its own. */
export function trustedFiles(plugin: NewPlugin): { galley: object; files: Record<string, string> } {
  const { name, parts } = plugin;
  const texts = parts.toSorted().map((part) => [part, TEXTS[part]] as const);
  const imports = texts.map(([part, { call }]) => `import { ${call} } from './${part}.ts';\n`);
  const calls = texts.map(([, { call }]) => `  ${call}(site);\n`);
  const claims = texts.map(([, { test }]) => test(plugin)).join('\n');
  const system = claims.includes('SYSTEM') ? "import { SYSTEM } from 'galley';\n" : '';
  return {
    galley: {},
    files: {
      'index.ts': `import { definePlugin } from 'galley';\n${imports.join('')}\nexport default definePlugin((site) => {\n${calls.join('')}});\n`,
      ...Object.assign({}, ...texts.map(([, { files }]) => files(plugin))),
      [`${name}.test.ts`]: `import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
${system}import { startTestSite, type TestSite } from 'galley/testing';

let current: TestSite;
before(async () => {
  current = await startTestSite({
    plugins: ['posts', 'blocks', '${name}'],
    pluginFolders: [dirname(import.meta.dirname)],
  });
});
after(() => current.stop());

test('it is set up', () => {
  assert.equal(current.site.plugins.get('${name}')?.state, 'active');
});

${claims}`,
    },
  };
}
