import assert from 'node:assert/strict';
import { test } from 'node:test';
import Handlebars from 'handlebars';
import { Messages } from '../lib/i18n.ts';
import { renderState } from './render-state.ts';
import { TemplateRegistry } from './template-registry.ts';
import { TemplateSet } from './templates.ts';
import type { View } from './view.ts';

const PARTIALS: Record<string, string> = {
  leaf: '[{{title}}|{{size}}|{{@index}}|{{../title}}]',
  card: '<div>{{> @partial-block}}{{#> foot}}no foot{{/foot}}</div>',
  outer: '({{#> card}}{{title}}{{/card}})',
  lines: '<i>\n{{title}}\n</i>\n',
  tree: '{{title}}({{#each children}}{{> tree}}{{/each}})',
};

const DATA = {
  title: 'A & "b" <c> `d` =e',
  none: null,
  zero: 0,
  no: false,
  size: 'big',
  empty: [],
  list: [
    { title: 'one', children: [{ title: 'x', children: [] }] },
    { title: 'two', children: [] },
  ],
  words: ['a', 'b', 'c'],
  record: { first: { title: 'r1' }, second: { title: 'r2' } },
  set: new Set(['s', 't']),
  map: new Map([['k', 'v']]),
  deep: { deeper: { title: 'down', list: [1, 2] } },
};

/** What a template prints here and what it prints by Handlebars itself, with the helpers that both know. */
function bothWays(source: string): [string, string] {
  const engine = Handlebars.create();
  for (const [name, text] of Object.entries(PARTIALS)) engine.registerPartial(name, text);
  const options = { knownHelpersOnly: true, preventIndent: true };
  const theirs = engine.compile(source, options)(DATA);
  const files = Object.entries({ ...PARTIALS, 'templates/t': source }).map(([name, text]) => {
    const key = name.includes('/') ? name : `partials/${name}`;
    return { key, file: key, theme: 't', source: text };
  });
  const facts = { messages: new Messages('en', []), timeZone: 'UTC', asset: String, route: String };
  const ours = new TemplateSet(files, new TemplateRegistry()).render(
    't',
    renderState({ view: DATA as unknown as View, ...facts }),
  );
  return [ours, theirs];
}

const SOURCES: Record<string, string> = {
  'values of all kinds':
    '{{title}}|{{none}}|{{zero}}|{{no}}|{{words}}|{{missing}}|{{missing.far.away}}|{{words.length}}',
  'paths in all forms':
    '{{this.title}}|{{./title}}|{{deep.deeper.title}}|{{deep/deeper/title}}|{{words.[1]}}|{{@root.size}}',
  conditions:
    '{{#if zero}}a{{else if title}}b{{else}}c{{/if}}{{#unless empty}}d{{else}}e{{/unless}}{{#if none}}f{{/if}}',
  'loops over lists':
    '{{#each list}}{{@index}}{{@key}}{{@first}}{{@last}}{{title}}{{../size}};{{else}}none{{/each}}{{#each empty}}x{{else}}none{{/each}}',
  'loops over records, sets and maps':
    '{{#each record}}{{@key}}{{@index}}{{@last}}{{title}},{{/each}}{{#each set}}{{this}}{{@index}}{{/each}}{{#each map}}{{this}}{{/each}}',
  'loops over what is no list':
    '{{#each title}}x{{else}}no{{/each}}{{#each zero}}x{{else}}no{{/each}}{{#each missing}}x{{else}}no{{/each}}',
  'loops in loops':
    '{{#each list}}{{#each children}}{{title}}{{../title}}{{../../title}}{{@index}}{{@../index}}{{/each}}{{/each}}{{#each words}}{{#if this}}{{this}}{{../size}}{{/if}}{{/each}}',
  'parameters of blocks':
    '{{#each list as |row at|}}{{at}}{{row.title}}{{#each row.children as |child|}}{{child.title}}{{row.title}}{{title}}{{#if child}}{{row.title}}{{/if}}{{/each}}{{/each}}{{#with deep as |d|}}{{d.deeper.title}}{{/with}}',
  'a parameter that hides a field': '{{#each words as |title|}}{{title}}{{this.title}}{{../title}}{{/each}}',
  with: '{{#with deep}}{{deeper.title}}{{../size}}{{#with deeper}}{{title}}{{../../size}}{{/with}}{{else}}x{{/with}}{{#with empty}}x{{else}}none{{/with}}{{#with zero}}{{this}}{{/with}}',
  lookups:
    '{{lookup words 1}}{{#each words}}{{lookup ../words @index}}{{/each}}{{lookup deep "deeper"}}{{lookup (lookup deep "deeper") "title"}}',
  partials:
    '{{> leaf}}{{> leaf size="s"}}{{> leaf deep.deeper}}{{> leaf deep.deeper size=size}}{{#each list}}{{> leaf size=@index}}{{/each}}',
  'partials that call themselves': '{{#each list}}{{> tree}}{{/each}}',
  'partials with a block':
    '{{#> card}}{{title}}{{#each words}}{{this}}{{/each}}{{/card}}{{> outer}}{{#each list}}{{#> card}}{{title}}{{../size}}{{@index}}{{/card}}{{/each}}',
  'inline partials':
    '{{#*inline "mine"}}({{title}}{{size}}){{/inline}}{{> mine}}{{> mine size=1}}{{#each list}}{{> mine}}{{/each}}{{#> card}}{{#*inline "foot"}}own{{../size}}{{/inline}}x{{/card}}',
  'blanks and lines':
    '<ul>\n  {{#each words}}\n    <li>{{this}}</li>\n  {{/each}}\n</ul>\n  {{> lines}}\n<p>\n{{!-- a note --}}\n  {{#if no}}\n x\n  {{else}}\n y\n  {{/if}}\n{{~title~}}\n </p>',
};

for (const [name, source] of Object.entries(SOURCES)) {
  test(`a template prints what Handlebars prints: ${name}`, () => {
    const [ours, theirs] = bothWays(source);
    assert.equal(ours, theirs);
  });
}
