// Walk 1: GET / by anybody, cached: http/server → http/page-cache → sent.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { addSampleContent } from '../support/sample-content.ts';
import { forEachSite } from '../support/sites.ts';

describe('A cached page on its way', () => {
  forEachSite({ onGalera: true }, (suite) => {
    before(async () => {
      await addSampleContent(suite.current);
      await suite.current.inject({ url: '/' });
      await suite.current.site.pages.settled();
    });

    test('touches neither store, nor plugins, nor templates', async () => {
      const { site, inject } = suite.current;
      const fired = (): Record<string, number> =>
        Object.fromEntries(site.hooks.list().map(({ name, fired: times }) => [name, times]));
      const hooksBefore = fired();
      const { hits, misses } = site.pages.stats();
      const { result, queries } = await site.database.countQueries(() => inject({ url: '/' }));
      assert.equal(result.statusCode, 200);
      assert.deepEqual(queries, []);
      assert.deepEqual(fired(), hooksBefore);
      assert.deepEqual([site.pages.stats().hits, site.pages.stats().misses], [hits + 1, misses]);
    });

    test('is compressed once: each encoding holds the same bytes', async () => {
      const { inject } = suite.current;
      const plain = await inject({ url: '/' });
      const gzip = await inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
      const brotli = await inject({ url: '/', headers: { 'accept-encoding': 'br' } });
      assert.equal(gzip.headers['content-encoding'], 'gzip');
      assert.equal(brotli.headers['content-encoding'], 'br');
      assert.ok(gunzipSync(gzip.rawPayload).equals(plain.rawPayload));
      assert.ok(brotliDecompressSync(brotli.rawPayload).equals(plain.rawPayload));
    });

    test('is not sent again to who has it: 304 without a body', async () => {
      const { inject } = suite.current;
      const { headers } = await inject({ url: '/' });
      const again = await inject({ url: '/', headers: { 'if-none-match': String(headers.etag) } });
      assert.equal(again.statusCode, 304);
      assert.equal(again.rawPayload.length, 0);
    });

    test('is sent while the store is away', async () => {
      const { site, inject } = suite.current;
      const read = site.database.read.bind(site.database);
      try {
        Object.assign(site.database, { read: () => assert.fail('the store was asked') });
        assert.equal((await inject({ url: '/' })).statusCode, 200);
      } finally {
        Object.assign(site.database, { read });
      }
    });
  });
});
