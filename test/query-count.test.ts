// How many SQL statements each page costs. More than recorded needs a reason: change test/query-count.json in the diff.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { InjectRequest } from '../core/http/inject.ts';
import { addSampleContent } from './support/sample-content.ts';
import { forEachSite } from './support/sites.ts';

interface Recorded {
  url: string;
  status: number;
  queries: number;
}

const RECORDED = JSON.parse(readFileSync(join(import.meta.dirname, 'query-count.json'), 'utf8')) as Record<
  string,
  Recorded
>;

/** What may never be exceeded, whatever is recorded. */
const LIMITS: Record<string, number> = {
  home: 6,
  single: 6,
  page: 6,
  category: 7,
  tag: 7,
  author: 7,
  year: 7,
  month: 7,
  search: 5,
};

test('the record has every page with a limit, and none above it', () => {
  for (const [name, limit] of Object.entries(LIMITS)) {
    const { queries = Number.NaN } = RECORDED[name] ?? {};
    assert.ok(queries <= limit, `${name}: ${queries} queries are recorded, ${limit} are allowed`);
  }
});

describe('A page that is not in the page cache, with a warm object cache', () => {
  forEachSite({ config: { cache: { pages: false } } }, (suite) => {
    before(async () => {
      await addSampleContent(suite.current);
    });

    for (const [name, { url, status, queries: recorded }] of Object.entries(RECORDED)) {
      test(`costs ${recorded} queries: ${name}`, async () => {
        const { site, inject } = suite.current;
        const warm = await inject({ url });
        assert.equal(warm.statusCode, status);
        const { queries } = await site.database.countQueries(() => inject({ url }));
        const list = queries.map(({ owner, sql }) => `\n  ${owner}: ${sql}`).join('');
        assert.ok(queries.length <= recorded, `${queries.length} instead of ${recorded}:${list}`);
        assert.ok(queries.length > recorded - 3, `only ${queries.length}: record it in test/query-count.json`);
      });
    }
  });
});

describe('A page of the page cache', () => {
  forEachSite({}, (suite) => {
    before(async () => {
      await addSampleContent(suite.current);
    });

    test('costs no query, whatever it shows and however it is asked for', async () => {
      const { site, inject } = suite.current;
      const visits: Partial<InjectRequest>[] = [
        {},
        { method: 'HEAD' },
        { headers: { 'accept-encoding': 'gzip, br' } },
        { headers: { 'x-forwarded-for': '203.0.113.9', 'user-agent': 'Another' } },
      ];
      for (const [name, { url, status }] of Object.entries(RECORDED)) {
        if (url.startsWith('/health/')) continue;
        await inject({ url });
        for (const visit of visits) {
          const { result, queries } = await site.database.countQueries(() => inject({ url, ...visit }));
          assert.equal(result.statusCode, status, name);
          assert.deepEqual(queries, [], name);
        }
      }
    });
  });
});
