import type { NewPlugin, Part } from './plugin-part.ts';

interface PartText {
  /** Under which name of `galley.contained` it is declared, and of `contained({ … })` handled. */
  kind: string;
  declared(plugin: NewPlugin): object;
  handler: string;
  capabilities?: string[];
  test(plugin: NewPlugin): string;
}

const TEXTS: Partial<Record<Part, PartText>> = {
  block: {
    kind: 'blocks',
    declared: ({ title }) => ({
      hello: {
        title,
        icon: 'puzzle',
        attributes: { to: { type: 'string', default: 'world' } },
        template: '<p>Hello, {{to}}</p>',
      },
    }),
    handler: `    // All such blocks of a page at once: a record for each, which its template prints.
    hello: ({ blocks }: { blocks: { attributes: { to: string } }[] }) =>
      blocks.map(({ attributes }) => ({ to: attributes.to })),`,
    test: ({ name }) => `  test('the block greets, and escapes what an author wrote', async () => {
    const content = '<!-- wp:${name}/hello {"to":"<Ada>"} /-->';
    const draft = { type: 'post', status: 'publish', title: 'Hello', content } as const;
    const entry = await suite.current.site.entries.save(draft, { viewer: SYSTEM });
    const [shown] = await suite.current.site.entries.present([entry], { content: true });
    assert.match(shown?.content.value ?? '', /Hello, &lt;Ada&gt;/);
  });
`,
  },
  route: {
    kind: 'routes',
    declared: () => ({ hello: { path: '/', access: 'public' } }),
    handler: `    hello: () => ({ json: { hello: 'world' } }),`,
    test: ({ name }) => `  test('its address answers', async () => {
    assert.deepEqual((await suite.current.inject({ url: '/plugins/${name}' })).json(), { hello: 'world' });
  });
`,
  },
  screen: {
    kind: 'panels',
    declared: ({ title }) => ({ overview: { title, icon: 'puzzle' } }),
    handler: `    overview: () => ({ blocks: [{ kind: 'text', text: 'All is well.' }] }),`,
    test: ({ name }) => `  test('its screen is for administrators, and for nobody else', async () => {
    const open = async (role: string) => {
      const { cookie } = await suite.current.loginAs(role);
      return suite.current.inject({ url: '/admin/plugin/${name}/overview', headers: { cookie } });
    };
    assert.match((await open('administrator')).body, /All is well\\./);
    assert.equal((await open('editor')).statusCode, 403);
  });
`,
  },
  cron: {
    kind: 'cron',
    declared: () => ({ nightly: { schedule: '0 3 * * *', summary: 'Says good night.' } }),
    handler: `    nightly: (_input, galley) => galley.log.info('Good night'),`,
    capabilities: ['cron', 'log'],
    test: ({ name }) => `  test('its nightly work runs', async () => {
    assert.equal((await suite.current.site.cron.run('${name}:nightly')).error, null);
  });
`,
  },
};

/** The files of a plugin that can be contained: what it brings stands in the manifest, the answers in `index.ts`. */
export function containedFiles(plugin: NewPlugin): { galley: object; files: Record<string, string> } {
  const { name, parts } = plugin;
  const texts = parts.toSorted().flatMap((part) => TEXTS[part] ?? []);
  const handlers = texts.map(({ kind, handler }) => `  ${kind}: {\n${handler}\n  },\n`).join('');
  const claims = texts.map(({ test }) => test(plugin)).join('\n');
  const system = claims.includes('SYSTEM') ? "import { SYSTEM } from 'galley';\n" : '';
  return {
    galley: {
      capabilities: texts.flatMap(({ capabilities = [] }) => capabilities),
      contained: Object.fromEntries(texts.map(({ kind, declared }) => [kind, declared(plugin)])),
    },
    files: {
      'index.ts': `import { contained } from 'galley/contained';\n\nexport default contained({\n${handlers}});\n`,
      [`${name}.test.ts`]: `import assert from 'node:assert/strict';
import { test } from 'node:test';
${system}import { forEachTier } from 'galley/testing';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks'] }, (suite) => {
  test('it is set up', () => {
    assert.equal(suite.current.site.plugins.get('${name}')?.state, 'active');
  });

${claims}});
`,
    },
  };
}
