import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Messages } from '../lib/i18n.ts';
import { readCatalogue } from './catalogue-file.ts';
import { checkTemplate } from './template-check.ts';
import type { CheckedTemplate } from './template-problem.ts';
import { TemplateRegistry } from './template-registry.ts';

const helpers = new TemplateRegistry().helpers();
const partials = new Set(['card', 'menu/item']);
const assets = new Set(['theme.css', 'theme.js']);

function check(source: string): CheckedTemplate {
  return checkTemplate(source, { file: 't.hbs', helpers, partials, assets });
}

const REFUSED: [source: string, because: RegExp][] = [
  ['{{{x}}}', /Unescaped/],
  ['{{&x}}', /Unescaped/],
  ['<p title="{{{x}}}">', /Unescaped/],
  ['<p title={{x}}>', /quotes/],
  ['<p title=a{{x}}>', /quotes/],
  ['<p title= {{x}}>', /quotes/],
  ['<p {{x}}>', /name of an attribute/],
  ['<p data-{{x}}="a">', /name of an attribute/],
  ['<p hidden {{x}}>', /name of an attribute/],
  ['<{{x}}>', /name of a tag/],
  ['<h{{x}}>', /name of a tag/],
  ['</h{{x}}>', /name of a tag/],
  ['<p onclick="{{x}}">', /onclick/],
  ['<p ONCLICK="go(\'{{x}}\')">', /onclick/],
  ['<p onclick="go()">', /content security policy/],
  ['<p style="color: {{x}}">', /"style"/],
  ['<iframe title="a" srcdoc="{{x}}">', /"srcdoc"/],
  ['<script>{{x}}</script>', /may not stand in <script>/],
  ['<script>go()</script>', /content security policy/],
  ['<script type="module">go()</script>', /content security policy/],
  ['<script type="application/json">{{x}}</script>', /json x/],
  ['<script type="{{x}}">{{json x}}</script>', /may not stand in <script>/],
  ['<style>{{x}}</style>', /may not stand in <style>/],
  ['<style>a{}</style>', /stylesheet/],
  ['<xmp>{{x}}</xmp>', /<xmp>/],
  ['<!-- {{x}} -->', /comment/],
  ['<!doctype {{x}}>', /declaration/],
  ['<a href="{{x}}">', /safe address/],
  ["<a href='{{x}}'>", /safe address/],
  ['<a href="{{upper x}}">', /safe address/],
  ['<a href="/{{x}}">', /does not say where/],
  ['<a href="//{{x}}">', /does not say where/],
  ['<a href="https://{{x}}">', /does not say where/],
  ['<a href="java{{x}}">', /does not say where/],
  ['<a href="java{{url x}}">', /does not say where/],
  ['<a href="{{#if a}}/x{{/if}}{{b}}">', /safe address/],
  ['<a href="{{#if a}}{{url a}}{{else}}{{/if}}{{b}}">', /safe address/],
  ['<a href="{{#each a}}{{this}}{{/each}}">', /loop|safe address/],
  ['<form action="{{x}}">', /safe address/],
  ['<button formaction="{{x}}">', /safe address/],
  ['<img alt="" src="{{x}}">', /safe address/],
  ['<video poster="{{x}}">', /safe address/],
  ['<blockquote cite="{{x}}">', /safe address/],
  ['<object data="{{x}}">', /safe address/],
  ['<svg><a xlink:href="{{x}}">', /safe address/],
  ['<svg><animate attributeName="href" to="{{x}}">', /animation/],
  ['<img alt="" srcset="{{x}}">', /srcset image/],
  ['<img alt="" srcset="{{url x}}">', /srcset image/],
  ['<img alt="" srcset="a.png 1x, {{srcset x}}">', /srcset image/],
  ['<meta http-equiv="Refresh" content="0">', /refresh/],
  ['<p>{{json x}}', /JSON may only/],
  ['{{> "card" }}{{>crad}}', /no partial "crad".*"card"/],
  ['<p class="{{> card}}">', /between tags/],
  ['<title>{{> card}}</title>', /between tags/],
  ['{{uper x}}', /no helper "uper".*"upper"/],
  ['{{upper (uper x)}}', /no helper "uper"/],
  ['{{#if (eqq a b)}}{{/if}}', /no helper "eqq".*"eq"/],
  ['{{#entries}}x{{/entries}}', /\{\{#each entries\}\}/],
  ['{{#upper x}}{{/upper}}', /not a block helper/],
  ['{{if x}}', /needs a block/],
  ['{{upper (if x)}}', /block helper/],
  ['{{log x}}', /no helper "log"/],
  ['{{eq a}}', /2 arguments/],
  ['{{asset "theme.cs"}}', /no asset "theme.cs".*"theme.css"/],
  ['{{@state.answers}}', /no data variable "@state"/],
  ['{{@partial-block}}', /no data variable/],
  ['{{constructor}}', /may not be read/],
  ['{{x.constructor}}', /may not be read/],
  ['{{lookup x.__proto__ "a"}}', /may not be read/],
  ['{{"x"}}', /literal/],
  ['{{*x}}', /Decorators/],
  ['{{#*other "a"}}{{/other}}', /no other decorator/],
  ['{{#*inline name}}{{/inline}}', /no other decorator/],
  ['{{#if a}}<p class="{{/if}}x">', /different places/],
  ['{{#if a}}<p class="x">{{else}}<p class="{{/if}}', /different places/],
  ['{{#each a}}<p title="{{/each}}', /different places|before the markup/],
  ['<p {{#if a}}on{{/if}}click="{{x}}">', /blank/],
  ['<{{#if a}}p{{/if}}>', /middle of a tag|different places/],
  ['<title></ti{{#if a}}{{/if}}tle>', /middle of a tag/],
  ['<title></ti{{x}}tle>', /middle of a tag/],
  ['<p title="', /before the markup is closed/],
  ['{{#> card}}<p title="{{/card}}', /before the markup is closed/],
  ['<svg><![CDATA[ {{x}} ]]></svg>', /CDATA/],
  ['{{#content "a"}}<p title="{{/content}}', /different places/],
  ['<p class="{{#query type="post" as |x|}}{{/query}}">', /between tags/],
  ['{{#if a}}', /^\{\{#if\}\} is not closed\.$/],
  ['{{#each a}}{{/if}}', /^\{\{#each\}\} is not closed: \{\{\/if\}\} comes first\.$/],
  [`${'{{#each a}}'.repeat(7)}${'{{/each}}'.repeat(7)}`, /more than 6 deep/],
  ['{{x}}'.repeat(5001), /too long/],
];

for (const [source, because] of REFUSED) {
  test(`refused: ${source.slice(0, 70)}`, () => {
    const { problems } = check(source);
    assert.match(
      problems
        .filter(({ level }) => level === 'error')
        .map(({ message }) => message)
        .join('\n'),
      because,
    );
  });
}

test('each refusal is known to the German and the Arabic catalogue with what stands in its places', async () => {
  const admin = join(import.meta.dirname, '..', 'admin');
  const said = REFUSED.flatMap(([source]) => check(source).problems.map(({ message }) => message));
  for (const language of ['de', 'ar']) {
    const messages = new Messages(language, [await readCatalogue(admin, language)]);
    assert.deepEqual(
      [...new Set(said)].filter((message) => messages.translate(message) === message),
      [],
    );
  }
  const german = new Messages('de', [await readCatalogue(admin, 'de')]);
  const hint = german.translate(check('{{uper x}}').problems[0]?.message ?? '');
  assert.equal(hint, 'Den Helfer „uper“ gibt es nicht. Meinten Sie „upper“?');
});

const ACCEPTED: string[] = [
  '{{x}} {{x.y}} {{this}} {{../x}} {{@root.site.title}} {{#each x as |y i|}}{{y}} {{i}} {{@index}}{{/each}}',
  '<p class="a {{x}}" title=\'{{x}}\' data-x="{{json x}}" aria-label="{{t \'Hello\'}}">{{x}}</p>',
  '<a href="{{url x}}">a</a> <a href="/author/{{x}}">b</a> <a href="#c-{{x}}">c</a> <a href="?s={{x}}">d</a>',
  '<a href="{{url x}}?page={{y}}#{{z}}">a</a> <a href="mailto:{{x}}">b</a> <a href="https://example.org/{{x}}">c</a>',
  '<a href="{{#if x}}{{url x}}{{else}}/home{{/if}}">a</a>',
  '<link rel="stylesheet" href="{{asset \'theme.css\'}}"><script src="{{asset \'theme.js\'}}" defer></script>',
  '<script type="application/json" id="data">{{json x}}</script>',
  '<option value="{{x}}"{{#if y}} selected{{/if}}>{{x}}</option><option {{#if x}}selected{{/if}}>',
  '<p {{#if x}}class="a"{{else}}class="b"{{/if}} title="x">',
  '<img src="{{url x.src}}" srcset="{{srcset x}}" alt="{{x.alt}}">{{image x sizes="50vw"}}',
  '<title>{{page.title}}</title><textarea name="a">{{x}}</textarea>',
  '{{> card}}{{> menu/item x=1}}{{#> card}}<b>{{x}}</b>{{/card}}{{#> missing}}default{{/missing}}{{> @partial-block}}',
  '{{#*inline "own"}}a{{/inline}}{{> own}}{{> (concat "ca" "rd")}}',
  '{{#if (and a (not (eq b 2)))}}<b>{{else if c}}<i>{{/if}}',
  '{{#query type="post" limit=3 as |posts|}}{{#each posts}}{{title}}{{/each}}{{else}}none{{/query}}',
  '{{#each pages}}<a href="{{url url}}">{{number}}</a>{{/each}}',
  '{{!-- <p onclick="x">{{{x}}} --}}a < b & c',
  '{{#block "aside"}}<p>default</p>{{/block}}{{#content "aside"}}{{x}}{{/content}}',
  '<meta content="{{x}}" name="description"><input value="{{x}}" {{#if y}}disabled{{/if}}/>',
  '<ul>\n{{#each x}}\n  <li>{{this}}</li>\n{{else}}\n  <li>none</li>\n{{/each}}\n</ul>',
  '<svg viewBox="0 0 16 16" width="16">{{#if a}}<path d="M0 0"/>{{/if}}</svg>',
];

for (const source of ACCEPTED) {
  test(`accepted: ${source.slice(0, 70)}`, () => {
    assert.deepEqual(check(source).problems, []);
  });
}

test('a problem names its file and line', () => {
  const { problems } = check('<p>\n\n{{#if a}}\n  <a href="{{x}}">\n{{/if}}\n<p onclick="b">');
  assert.deepEqual(
    problems.map(({ file, line }) => [file, line]),
    [
      ['t.hbs', 4],
      ['t.hbs', 6],
    ],
  );
});

test('a syntax error names its line', () => {
  assert.equal(check('<p>\n<b>\n{{#if x}}\n{{/each}}').problems[0]?.line, 3);
});

test('an image without alt is a warning and keeps nothing from working', () => {
  assert.deepEqual(
    check('<p>\n<img src="/a.png">').problems.map(({ level, line }) => [level, line]),
    [['warning', 2]],
  );
});

test('values in attributes and text-only elements are wrapped, so that sanitised HTML cannot close the quote', () => {
  const { source } = check(
    '<p title="{{~x~}}" class="{{upper x}}"><a href="{{url x}}">{{x}}</a><title>{{ this }}</title>',
  );
  assert.equal(
    source,
    '<p title="{{~attribute x~}}" class="{{attribute (upper x)}}"><a href="{{url x}}">{{x}}</a><title>{{attribute this}}</title>',
  );
});

test('a field that has the name of a helper is read as the field', () => {
  const { source } = check('{{number}} <b title="{{ number }}">{{#each x as |number|}}{{number}}{{/each}}');
  assert.equal(
    source,
    '{{this.number}} <b title="{{attribute this.number}}">{{#each x as |number|}}{{number}}{{/each}}',
  );
});

test('layout, texts, constant queries and partials are found', () => {
  const found = check(
    '{{!< base}}\n{{t "Hello"}}{{> card}}{{#query type="post" limit=3 as |a|}}{{/query}}{{#if x}}{{#query type="page" as |a|}}{{/query}}{{> menu/item}}{{/if}}{{#query type=x as |a|}}{{/query}}',
  );
  assert.equal(found.layout, 'base');
  assert.deepEqual(found.texts, ['Hello']);
  assert.deepEqual(
    found.queries,
    [{ type: 'post', limit: 3 }],
    'a conditional one and one with variables are left to the rendering',
  );
  assert.equal(found.hasQuery, true);
  assert.deepEqual(found.partials, ['card']);
});

test('templates of strangers get narrower limits', () => {
  const nested = `${'{{#each a}}'.repeat(4)}${'{{/each}}'.repeat(4)}`;
  const { problems } = checkTemplate(nested, { file: 't.hbs', helpers, maxLoops: 3 });
  assert.match(problems[0]?.message ?? '', /more than 3 deep/);
});
