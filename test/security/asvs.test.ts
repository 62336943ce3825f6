// The table of the standard holds: every requirement has an answer, and every test that it names exists.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ASVS } from './asvs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = join(ROOT, '..', 'shared', 'SECURITY.md');

/** The names of all tests that are written as plain text. */
function namesOfTests(): Set<string> {
  const files = globSync('{core,plugins,themes,test,config}/**/*.test.ts', {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  });
  const sources = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
  return new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/\b(?:test|it)\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)")/g)].map(([, single, double]) =>
        (single ?? double ?? '').replaceAll("\\'", "'"),
      ),
    ),
  );
}

describe('The table of the OWASP Application Security Verification Standard', () => {
  test('names only tests that exist', () => {
    const names = namesOfTests();
    assert.ok(names.size > 500, `${names.size} tests found`);
    const missing = Object.entries(ASVS).flatMap(([id, answer]) =>
      'tests' in answer ? answer.tests.filter((name) => !names.has(name)).map((name) => `${id}: ${name}`) : [],
    );
    assert.deepEqual(missing, []);
  });

  test('answers each requirement by a test or a reason', () => {
    for (const [id, answer] of Object.entries(ASVS)) {
      assert.match(id, /^\d{1,2}\.\d{1,2}\.\d{1,2}$/);
      const said = 'tests' in answer ? answer.tests : Object.values(answer);
      assert.ok(said.length > 0 && said.every((text) => text.length > 10), id);
    }
  });

  test('has every requirement that the rules of the house name', {
    skip: existsSync(RULES) ? false : `no ${RULES}`,
  }, () => {
    const rules = readFileSync(RULES, 'utf8');
    const named = [...rules.matchAll(/\[((?:\d+\.\d+\.\d+ ?)+)\]/g)].flatMap(([, ids = '']) => ids.trim().split(' '));
    assert.ok(named.length > 200);
    assert.deepEqual(
      named.filter((id) => !(id in ASVS)),
      [],
    );
  });
});
