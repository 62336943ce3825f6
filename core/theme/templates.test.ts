import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import { Messages } from '../lib/i18n.ts';
import type { RenderState } from './helper-types.ts';
import { renderState } from './render-state.ts';
import type { TemplateFile } from './template-files.ts';
import { TemplateRegistry } from './template-registry.ts';
import { TemplateSet } from './templates.ts';
import type { View } from './view.ts';

function view(more: object = {}): View {
  return {
    site: { title: 'A <b>', tagline: '', url: 'https://example.org', home: '/', language: 'en', direction: 'ltr' },
    page: { title: 'T', kind: 'home', bodyClasses: [], number: 1, head: [] },
    ...more,
  };
}

function state(of: View, more: Partial<RenderState> = {}): RenderState {
  const messages = new Messages(of.site.language, []);
  const route = (name: string, params: Record<string, unknown>): string => `/${name}/${String(params['id'] ?? '')}`;
  const facts = { view: of, messages, timeZone: 'Europe/Berlin', asset: (name: string) => `/assets/${name}`, route };
  return { ...renderState(facts), ...more };
}

const file = (theme: string, key: string, source: string): TemplateFile => ({
  key,
  file: `${theme}/${key}.hbs`,
  theme,
  source,
});

/** Renders one template with all else that is given. */
function render(
  source: string,
  data: object = {},
  others: Record<string, string> = {},
  registry = new TemplateRegistry(),
): string {
  const files = Object.entries({ 'templates/index': source, ...others }).map(([key, text]) => file('t', key, text));
  return new TemplateSet(files, registry).render('index', state(view(data)));
}

test('values are escaped and sanitised HTML is printed as it is', () => {
  const data = { text: '<b>&"\'', html: new SafeHtml('<b>ok</b>'), list: ['<i>'] };
  assert.equal(
    render('{{text}}|{{html}}|{{#each list}}{{this}}{{/each}}', data),
    '&lt;b&gt;&amp;&quot;&#x27;|<b>ok</b>|&lt;i&gt;',
  );
});

test('sanitised HTML in an attribute or a title loses its tags and cannot close the quote', () => {
  const html = new SafeHtml('<b title="x">a "q" &amp; b</b></title>');
  assert.equal(render('<p title="{{html}}">', { html }), '<p title="a &quot;q&quot; &amp; b">');
  assert.equal(render('<title>{{html}}</title>', { html }), '<title>a &quot;q&quot; &amp; b</title>');
});

test('poison in every place runs nowhere', () => {
  const poison = `"'><img src=x onerror=alert(1)></script>{{7*7}}javascript:alert(1)`;
  const html = render(
    '<p title="{{x}}">{{x}}</p><a href="{{url x}}" class="{{classes x}}">{{t "By {x}" x=x}}</a>{{image i}}<script type="application/json">{{json o}}</script>',
    {
      x: poison,
      i: { src: `javascript:${poison}`, alt: poison, srcset: 'javascript:alert(1) 1x, /a.png 2x' },
      o: { [poison]: poison },
    },
  );
  assert.equal(html.match(/<img/g)?.length, 1, 'only the helper made an image');
  assert.ok(!/<\/script>./.test(html), 'the data did not close its script');
  assert.ok(html.includes('srcset="/a.png 2x"') && html.includes('src="#"'));
  assert.ok(!html.includes('href="javascript'));
});

test('addresses with a dangerous scheme become #, whatever blanks or case hide it', () => {
  for (const address of [
    'javascript:x',
    ' JavaScript:x',
    'java\nscript:x',
    '\u0001javascript:x',
    'data:text/html,x',
    'vbscript:x',
  ]) {
    assert.equal(render('<a href="{{url x}}">', { x: address }), '<a href="#">', address);
  }
  assert.equal(
    render('<a href="{{url x page=2 q="a b"}}">', { x: '/list?page=1#top' }),
    '<a href="/list?page&#x3D;2&amp;q&#x3D;a+b#top">',
  );
});

test('prototype properties are out of reach', () => {
  assert.equal(
    render('{{x.toString}}{{lookup x "constructor"}}{{lookup x k}}{{text.length}}', {
      x: {},
      k: '__proto__',
      text: 'abc',
    }),
    '3',
  );
});

test('a layout prints the body and layouts nest', () => {
  const layouts = { 'layouts/base': '<html>{{body}}</html>', 'layouts/wide': '{{!< base}}<main>{{body}}</main>' };
  assert.equal(render('{{!< wide}}<p>{{site.title}}</p>', {}, layouts), '<html><main><p>A &lt;b&gt;</p></main></html>');
});

test('a template fills the blocks of its layout, and a block that nobody fills shows its default', () => {
  const layouts = { 'layouts/base': '[{{#block "aside"}}default{{/block}}|{{body}}]' };
  assert.equal(render('{{!< base}}main{{#content "aside"}}own{{/content}}', {}, layouts), '[own|main]');
  assert.equal(render('{{!< base}}main', {}, layouts), '[default|main]');
});

test('a layout that wraps itself and one that is missing are named', () => {
  assert.throws(
    () => render('{{!< a}}', {}, { 'layouts/a': '{{!< a}}{{body}}' }),
    /t\/layouts\/a\.hbs.*more than 5 deep/,
  );
  assert.throws(() => render('{{!< bsae}}', {}, { 'layouts/base': '' }), /no layout "bsae"\. Did you mean "base"/);
});

test('partials take arguments, slots and named slots', () => {
  const partials = {
    'partials/card': '<div class="{{kind}}">{{> @partial-block}}{{#> foot}}no foot{{/foot}}</div>',
    'partials/menu/item': '<li>{{title}}{{#each children}}{{> menu/item}}{{/each}}</li>',
  };
  assert.equal(
    render('{{#> card kind="a<"}}<b>{{site.home}}</b>{{/card}}', {}, partials),
    '<div class="a&lt;"><b>/</b>no foot</div>',
  );
  assert.equal(
    render('{{#> card}}{{#*inline "foot"}}foot{{/inline}}x{{/card}}', {}, partials),
    '<div class="">xfoot</div>',
  );
  const items = [{ title: 'a', children: [{ title: 'b', children: [] }] }];
  assert.equal(render('{{#each items}}{{> menu/item}}{{/each}}', { items }, partials), '<li>a<li>b</li></li>');
});

test('what a child has goes before what its parent has, for templates, layouts and partials', () => {
  const set = new TemplateSet(
    [
      file('child', 'partials/head', 'child head'),
      file('child', 'templates/page', 'child page'),
      file('parent', 'templates/index', '{{!< base}}{{> head}} {{> foot}}'),
      file('parent', 'layouts/base', '<{{body}}>'),
      file('parent', 'partials/head', 'parent head'),
      file('parent', 'partials/foot', 'parent foot'),
      file('parent', 'templates/page', 'parent page'),
    ].map((one) => (one.key === 'layouts/base' ? { ...one, source: '({{body}})' } : one)),
    new TemplateRegistry(),
  );
  assert.equal(set.render('index', state(view())), '(child head parent foot)');
  assert.equal(set.render('page', state(view())), 'child page');
  assert.equal(set.find(['single-post', 'page', 'index']), 'page');
  assert.equal(set.find(['nothing']), undefined);
});

test('an error in a template names theme, file and line', () => {
  const place = (source: string, others: Record<string, string> = {}): string => {
    try {
      render(source, {}, others);
    } catch (error) {
      assert.ok(isGalleyError(error, 'GALLEY_TEMPLATE_INVALID'));
      return error.message;
    }
    return '';
  };
  assert.match(place('<p>\n{{{x}}}'), /^t\/templates\/index\.hbs, line 2: Unescaped/);
  assert.match(
    place('{{> a}}', { 'partials/a': '<p>\n\n<b title={{x}}>' }),
    /^t\/partials\/a\.hbs, line 3: A value in an attribute/,
  );
  assert.match(
    place('<p>\n{{#if true}}\n{{icon "no-such-icon"}}{{/if}}'),
    /^t\/templates\/index\.hbs, line 3: There is no icon/,
  );
  assert.match(place('{{> (concat "a" "b")}}'), /^t\/templates\/index\.hbs: .*partial ab/);
});

test('a plugin adds helpers and partials, a theme replaces the partial, and all go with their owner', () => {
  const registry = new TemplateRegistry();
  const plugin = registry.ownedBy('shop');
  plugin.helper('shout', ([text]) => `${String(text)}!<`, { minimum: 1 });
  plugin.helper('twice', (_values, call) => call.render().value + call.render().value, { block: 'loop' });
  plugin.partial('shop/price', '<i>{{shout "5"}}</i>');
  assert.equal(render('{{> shop/price}}{{#twice}}<b>{{/twice}}', {}, {}, registry), '<i>5!&lt;</i>&lt;b&gt;&lt;b&gt;');
  assert.equal(render('{{> shop/price}}', {}, { 'partials/shop/price': 'own' }, registry), 'own');
  assert.throws(() => registry.ownedBy('other').helper('shout', () => ''), /shop/);
  assert.throws(() => plugin.helper('url', () => ''), /core/);
  registry.removeOwner('shop');
  assert.throws(() => render('{{shout "5"}}', {}, {}, registry), /no helper "shout"/);
});

test('a helper that is registered later is known at the next rendering', () => {
  const registry = new TemplateRegistry();
  const set = new TemplateSet([file('t', 'templates/index', '{{later 1}}')], registry);
  assert.throws(() => set.render('index', state(view())), /no helper "later"/);
  registry.helper('later', () => 'now');
  assert.equal(set.render('index', state(view())), 'now');
});

test('a query is a need first and renders its answer then', () => {
  const set = new TemplateSet(
    [
      file(
        't',
        'templates/index',
        '{{#query limit=2 type="post" as |found|}}{{#each found}}{{title}}{{/each}}{{else}}none{{/query}}',
      ),
    ],
    new TemplateRegistry(),
  );
  const first = state(view());
  set.render('index', first);
  const [need] = first.needs.values();
  assert.deepEqual(need?.params, { limit: 2, type: 'post' });
  const answered = (items: unknown[]): string =>
    set.render('index', state(view(), { answers: new Map([[need?.key ?? '', items]]) }));
  assert.equal(answered([{ title: 'a' }, { title: '<' }]), 'a&lt;');
  assert.equal(answered([]), 'none');
  assert.deepEqual(set.queries('index'), [{ limit: 2, type: 'post' }]);
});

test('too many queries are refused, because one stands in a loop', () => {
  assert.throws(
    () =>
      render('{{#each x}}{{#query id=this as |a|}}{{/query}}{{/each}}', {
        x: Array.from({ length: 20 }, (_, index) => index),
      }),
    /more than 12/,
  );
});

test('a partial that includes itself without end is an error and not the end of the process', () => {
  assert.throws(() => render('{{> a}}', {}, { 'partials/a': '{{> a}}' }), { code: 'GALLEY_TEMPLATE_INVALID' });
});
