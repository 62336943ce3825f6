import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SafeHtml } from '../lib/escape.ts';
import { homeTemplates } from './hierarchy.ts';
import { manifest, page, type ThemeSite, themeSite } from './test-support.ts';
import type { ViewNeeds } from './theme-hooks.ts';

const NAMED = '{{#each found}}{{title}} {{/each}}';

async function using(files: Record<string, string>, work: (made: ThemeSite) => Promise<void>): Promise<void> {
  const made = themeSite({ 'default/theme.json': manifest('default'), ...files });
  try {
    await work(made);
  } finally {
    made.remove();
  }
}

test('a page is rendered by the first template that exists, with the facts of the site', async () => {
  await using(
    { 'default/templates/index.hbs': '{{site.title}}|{{page.title}}|{{site.language}}|{{theme.name}}' },
    async ({ site }) => {
      assert.equal(await site.render(homeTemplates(), page()), 'A site|Home – A site|en|default');
    },
  );
});

test('a view that is only an error gets the rest', async () => {
  await using(
    { 'default/templates/error.hbs': '{{error.status}} {{page.heading}} {{site.title}}' },
    async ({ site }) => {
      const view = {
        page: { kind: 'error', heading: 'Gone', title: 'Gone' },
        error: { status: 404, id: 'a', message: '' },
      };
      assert.equal(await site.render(['404', 'error'], view), '404 Gone A site');
    },
  );
});

test('when the theme has none of the templates, they are named', async () => {
  await using({ 'default/templates/index.hbs': '' }, async ({ site }) => {
    await assert.rejects(site.render(['404', 'error'], page()), {
      code: 'GALLEY_TEMPLATE_UNKNOWN',
      message: /404, error/,
    });
  });
});

test('an error in a template rejects with theme, file and line and is no page', async () => {
  await using({ 'default/templates/index.hbs': '<p>\n<a href="{{x}}">' }, async ({ site }) => {
    await assert.rejects(site.render(['index'], page()), {
      code: 'GALLEY_TEMPLATE_INVALID',
      status: 500,
      message: /^default\/templates\/index\.hbs, line 2: "href" needs/,
    });
  });
});

test('all queries of a page are loaded together, equal ones once, before the only rendering', async () => {
  const files = {
    'default/templates/index.hbs': `{{!< base}}{{#if (counted)}}{{/if}}{{#query type="post" limit=2 as |found|}}${NAMED}{{/query}}{{> more}}`,
    'default/partials/more.hbs': `{{#query limit=2 type="post" as |found|}}again {{/query}}{{#query type="page" as |found|}}{{else}}no pages{{/query}}`,
    'default/layouts/base.hbs': `{{body}} {{#query type="note" as |found|}}${NAMED}{{/query}}`,
  };
  await using(files, async ({ site }) => {
    const loads: ViewNeeds[] = [];
    let renderings = 0;
    site.hooks.addCollector('view:queries', (needs) => {
      loads.push(needs);
      return needs.queries
        .filter(({ params }) => params['type'] !== 'page')
        .map(({ key, params }) => ({ key, items: [{ title: `<${String(params['type'])}>` }] }));
    });
    site.templates.helper('counted', () => ++renderings);
    assert.equal(await site.render(['index'], page()), '&lt;post&gt; again no pages &lt;note&gt; ');
    assert.equal(loads.length, 1);
    assert.deepEqual(loads[0]?.queries.map(({ params }) => params['type']).sort(), ['note', 'page', 'post']);
    assert.equal(renderings, 1);
  });
});

test('a query that depends on the data is gathered in a first rendering and loaded before the second', async () => {
  const source =
    '{{#each entries}}{{#query related=id as |found|}}{{#each found}}{{title}}{{/each}}{{/query}}{{/each}}';
  await using({ 'default/templates/index.hbs': source }, async ({ site }) => {
    let loads = 0;
    site.hooks.addCollector('view:queries', ({ queries }) => {
      loads++;
      return queries.map(({ key, params }) => ({ key, items: [{ title: `r${String(params['related'])}` }] }));
    });
    assert.equal(await site.render(['index'], page({ entries: [{ id: 1 }, { id: 2 }] })), 'r1r2');
    assert.equal(loads, 1);
  });
});

test('queries in queries are answered, endless ones are refused', async () => {
  const nested =
    '{{#query a=1 as |x|}}{{#each x}}{{#query b=id as |y|}}{{#each y}}{{id}}{{/each}}{{/query}}{{/each}}{{/query}}';
  const endless = '{{#query a=1 as |x|}}{{> deeper items=x}}{{/query}}';
  const deeper = '{{#each items}}{{#query a=id as |y|}}{{> deeper items=y}}{{/query}}{{/each}}';
  await using(
    {
      'default/templates/index.hbs': nested,
      'default/templates/endless.hbs': endless,
      'default/partials/deeper.hbs': deeper,
    },
    async ({ site }) => {
      let id = 1;
      site.hooks.addCollector('view:queries', ({ queries }) =>
        queries.map(({ key }) => ({ key, items: [{ id: ++id }] })),
      );
      assert.equal(await site.render(['index'], page()), '3');
      await assert.rejects(site.render(['endless'], page()), /more than 3 deep/);
    },
  );
});

test('plugins change the view once, add tags to the head, and one that fails leaves the page standing', async () => {
  await using(
    { 'default/templates/index.hbs': '{{page.heading}}{{#each page.head}}{{this}}{{/each}}' },
    async ({ site }) => {
      const view = page();
      site.hooks
        .ownedBy('good')
        .addFilter('view:page', (given) => ({ ...given, page: { ...given.page, heading: 'Better' } }));
      site.hooks.ownedBy('bad').addFilter('view:page', () => {
        throw new Error('broken');
      });
      site.hooks.addCollector(
        'view:head',
        async ({ view: seen }) => new SafeHtml(`<meta name="a" content="${seen.page.heading}">`),
      );
      assert.equal(await site.render(['index'], view), 'Better<meta name="a" content="Better">');
      assert.deepEqual(view, page(), 'what the controller handed in is not changed');
    },
  );
});

test('provided values are in every view, their tags on the page, and do not replace what a controller set', async () => {
  await using({ 'default/templates/index.hbs': '{{year}} {{own}}' }, async ({ site }) => {
    const tags: string[] = [];
    site.templates.ownedBy('clock').context('year', () => 2026, { tags: ['year'] });
    site.templates.context('own', () => 'provided');
    assert.equal(
      await site.render(['index'], page({ own: 'set' }), { tag: (...more) => tags.push(...more) }),
      '2026 set',
    );
    assert.deepEqual(tags, ['theme', 'year']);
    assert.throws(() => site.templates.context('page', () => ({})), /part of every view/);
  });
});

test('texts are translated into the language of the site, the theme over its parent', async () => {
  const files = {
    'default/templates/index.hbs':
      "{{t 'Home'}} {{t '{count} posts' count=n one='{count} post'}} {{t 'By {name}' name=link}}",
    'default/locales/de.json': JSON.stringify({
      Home: 'Start',
      '{count} posts': { one: '{count} Beitrag', other: '{count} Beiträge' },
    }),
    'child/theme.json': manifest('child', { parent: 'default' }),
    'child/locales/de.json': JSON.stringify({ Home: 'Heim' }),
  };
  await using(files, async ({ site }) => {
    const data = { n: 1, link: new SafeHtml('<a href="/a">A&amp;B</a>') };
    assert.equal(await site.render(['index'], page(data)), 'Home 1 post By <a href="/a">A&amp;B</a>');
    await site.options.set('language', 'de-AT');
    await site.themes.activate('child');
    assert.equal(
      await site.render(['index'], page({ ...data, n: 1200 })),
      'Heim 1\u00a0200 Beiträge By <a href="/a">A&amp;B</a>',
    );
  });
});

test('many renderings at once do not see each other', async () => {
  await using(
    {
      'default/templates/index.hbs':
        '{{page.heading}}{{#content "a"}}{{page.heading}}{{/content}}{{#query n=n as |found|}}{{found.[0].title}}{{/query}}',
    },
    async ({ site }) => {
      site.hooks.addCollector('view:queries', async ({ queries }) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        return queries.map(({ key, params }) => ({ key, items: [{ title: params['n'] }] }));
      });
      const pages = await Promise.all(
        Array.from({ length: 50 }, (_, n) => site.render(['index'], { page: { kind: 'home', heading: `h${n} ` }, n })),
      );
      assert.deepEqual(
        pages,
        Array.from({ length: 50 }, (_, n) => `h${n} ${n}`),
      );
    },
  );
});

test('a page of a plugin stands in the layout of the theme, which may have a template of its own for it', async () => {
  const files = {
    'default/layouts/base.hbs': '<main>{{body}}</main>',
    'default/templates/shop/own.hbs': 'of the theme',
  };
  await using(files, async ({ site }) => {
    const takeBack = site.templates.template('shop/hours', '{{!< base}}<p>{{page.heading}}</p>');
    site.templates.template('shop/own', 'of the plugin');
    assert.equal(await site.render(['shop/hours'], page()), '<main><p>Home</p></main>');
    assert.equal(await site.render(['shop/own'], page()), 'of the theme');
    takeBack();
    await assert.rejects(site.render(['shop/hours'], page()), { code: 'GALLEY_TEMPLATE_UNKNOWN' });
  });
});
