import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Messages } from '../lib/i18n.ts';
import { readCatalogue } from './catalogue-file.ts';
import { checkTemplate } from './template-check.ts';

const problemIn = (source: string) => checkTemplate(source, { file: 'a.hbs', helpers: new Map() }).problems[0];

describe('why a template cannot be read', () => {
  const cases: readonly [source: string, message: string, line: number, column: number][] = [
    ['<p>\n  {{#if x}}\nhi\n', '{{#if}} is not closed.', 2, 3],
    ['{{#if x}}\n{{#each y}}\n{{/if}}', '{{#each}} is not closed: {{/if}} comes first.', 2, 1],
    ['a {{/if}}', '{{/if}} closes nothing: no such block is open here.', 1, 3],
    ['{{else}}', '“else” stands in no block.', 1, 1],
    ['{{#if x}}a{{else}}b{{else}}c{{/if}}', '{{#if}} has a second “else”.', 1, 20],
    ['{{#if a}}{{else if b}}{{else}}{{/if}}\n{{x', 'What begins here with two braces does not end with two.', 2, 1],
    ['<p>{{}}</p>', 'There is nothing between the braces.', 1, 4],
    ['{{! {{#if}} }}\n{{x y=}}', '“x y=” cannot be read. Look for a missing quote, bracket or value.', 2, 1],
    ["{{x}} {{t 'abc}}", "“t 'abc” cannot be read. Look for a missing quote, bracket or value.", 1, 7],
    ['\\{{#if}} {{#*inline "a"}}x', '{{#inline}} is not closed.', 1, 10],
  ];
  test('is said in plain words, with the line and the column', () => {
    for (const [source, message, line, column] of cases)
      assert.deepEqual(problemIn(source), { level: 'error', file: 'a.hbs', line, column, message }, source);
  });

  test('is said in the language of the reader', async () => {
    const german = new Messages('de', [await readCatalogue(join(import.meta.dirname, '../admin'), 'de')]);
    const said = cases.map(([, message]) => german.translate(message));
    assert.equal(said[0], '{{#if}} wird nicht geschlossen.');
    assert.equal(said[1], '{{#each}} wird nicht geschlossen: {{/if}} kommt vorher.');
    for (const [at, [, message]] of cases.entries()) assert.notEqual(said[at], message);
  });

  test('what the parser reads has no such problem', () => {
    for (const source of ['{{#if (eq a "}}")}}x{{else if b}}y{{^}}z{{/if}}', '{{!-- {{#if}} --}}', 'a {{b}} }}'])
      assert.doesNotMatch(problemIn(source)?.message ?? '', /closed|closes|read|braces|block/, source);
  });
});
