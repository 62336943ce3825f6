import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { forEachSite } from '../../test/support/sites.ts';
import { localTime } from '../admin/form-controls.ts';
import { readLocalTime } from '../admin/form-read.ts';
import { ANONYMOUS, SYSTEM } from '../identity/viewer.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';

const MINUTE = 60_000;

forEachSite({ plugins: ['posts', 'blocks', 'feeds', 'search'] }, (suite) => {
  const save = (draft: EntryDraft): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });
  /** Moves the end into the past behind everybody's back: the job has not been there yet. */
  const letPass = async ({ id }: Entry): Promise<void> => {
    const { database, cache } = suite.current.site;
    await database
      .write('entries')
      .where({ id })
      .update({ unpublish_at: Date.now() - 1 });
    await cache.flush();
  };
  const urlOf = (entry: Entry): Promise<string> => suite.current.site.services.use('front').urlOf(entry);

  describe('an entry with an end', () => {
    test('is taken back at its minute, once, as what was chosen', async () => {
      const { entries } = suite.current.site;
      for (const unpublishTo of ['draft', 'private', 'trash'] as const) {
        const entry = await save({ title: `Ends as ${unpublishTo}`, unpublishAt: Date.now() + MINUTE, unpublishTo });
        assert.equal(await entries.unpublishEnded(SYSTEM), 0, 'not before its time');
        await letPass(entry);
        assert.equal(await entries.unpublishEnded(SYSTEM), 1);
        assert.equal(await entries.unpublishEnded(SYSTEM), 0);
        const after = await entries.need(entry.id, SYSTEM);
        assert.deepEqual([after.status, after.unpublishAt], [unpublishTo, null]);
        assert.equal(after.version, entry.version + 1);
      }
    });

    test('is taken back by one of two processes that try at once', async () => {
      const { entries } = suite.current.site;
      const entry = await save({ title: 'Contested', unpublishAt: Date.now() + MINUTE });
      await letPass(entry);
      const done = await Promise.all([entries.unpublishEnded(SYSTEM), entries.unpublishEnded(SYSTEM)]);
      assert.equal(done[0] + done[1], 1);
      assert.equal((await entries.need(entry.id, SYSTEM)).version, entry.version + 1);
    });

    test('is hidden from its minute on everywhere, also when the job is late', async () => {
      const { site, inject } = suite.current;
      const entry = await save({ title: 'Yesterdaysnews', unpublishAt: Date.now() + MINUTE });
      const url = await urlOf(entry);
      const seen = async (): Promise<Record<string, boolean>> => ({
        page: (await inject({ url })).statusCode === 200,
        home: (await inject({ url: '/' })).body.includes('Yesterdaysnews'),
        feed: (await inject({ url: '/feed/' })).body.includes('Yesterdaysnews'),
        sitemap: (await inject({ url: '/sitemap-post-1.xml' })).body.includes('yesterdaysnews'),
        search: (await site.services.use('search').find({ query: 'Yesterdaysnews' })).entries.length > 0,
        api: (await site.entries.get(entry.id, ANONYMOUS)) !== undefined,
        count: (await site.entries.count({ ids: [entry.id] }, ANONYMOUS)) > 0,
      });
      assert.deepEqual(
        Object.entries(await seen()).filter(([, is]) => !is),
        [],
      );
      await letPass(entry);
      assert.deepEqual(
        Object.entries(await seen()).filter(([, is]) => is),
        [],
      );
      const [subscriber, editor] = await Promise.all([
        suite.current.loginAs('subscriber'),
        suite.current.loginAs('editor'),
      ]);
      assert.equal(await site.entries.get(entry.id, subscriber.viewer), undefined);
      assert.ok(await site.entries.get(entry.id, editor.viewer), 'who would see it as a draft still finds it');
      await site.entries.remove(entry.id, { viewer: SYSTEM });
    });

    test('is not served from the page cache after its end', async () => {
      const { inject } = suite.current;
      const entry = await save({ title: 'Short life', unpublishAt: Date.now() + 3000 });
      const url = await urlOf(entry);
      for (const address of [url, '/']) {
        assert.match((await inject({ url: address })).body, /Short life/);
        assert.match((await inject({ url: address })).body, /Short life/);
      }
      await sleep(Math.max(0, (entry.unpublishAt ?? 0) - Date.now()) + 5);
      assert.equal((await inject({ url })).statusCode, 404);
      assert.doesNotMatch((await inject({ url: '/' })).body, /Short life/);
    });

    test('ends after it begins, or is refused', async () => {
      const refused = { code: 'GALLEY_INPUT_INVALID' };
      const now = Date.now();
      await assert.rejects(save({ title: 'Over', unpublishAt: now - 1 }), refused);
      await assert.rejects(save({ title: 'Over', publishedAt: now + 2 * MINUTE, unpublishAt: now + MINUTE }), refused);
      await assert.rejects(save({ title: 'Odd', unpublishTo: 'publish' as 'draft' }), refused);
      const draft = await save({ title: 'Old plan', status: 'draft', unpublishAt: now - 1 });
      const { entries } = suite.current.site;
      await assert.rejects(entries.save({ id: draft.id, status: 'publish' }, { viewer: SYSTEM }), refused);
    });

    test('goes to the trash only where its author might put it there himself', async () => {
      const { site, loginAs } = suite.current;
      const { viewer } = await loginAs('author');
      const mayNotDelete = { ...viewer, can: (name: string) => !name.startsWith('delete_') && viewer.can(name) };
      const draft = { type: 'post', title: 'Own', unpublishAt: Date.now() + MINUTE } as const;
      await assert.rejects(site.entries.save({ ...draft, unpublishTo: 'trash' }, { viewer: mayNotDelete }), {
        code: 'GALLEY_PERMISSION_DENIED',
      });
      assert.equal(
        (await site.entries.save({ ...draft, unpublishTo: 'draft' }, { viewer: mayNotDelete })).status,
        'draft',
      );
    });
  });

  test('an entry that is both scheduled and ending goes out and comes back', async () => {
    const { entries, database } = suite.current.site;
    const now = Date.now();
    const entry = await save({ title: 'Campaign', publishedAt: now + MINUTE, unpublishAt: now + 2 * MINUTE });
    assert.equal(entry.status, 'future');
    await database
      .write('entries')
      .where({ id: entry.id })
      .update({ published_at: now - 5 });
    assert.equal(await entries.publishScheduled(SYSTEM), 1);
    assert.equal((await entries.need(entry.id, ANONYMOUS)).unpublishAt, now + 2 * MINUTE);
    await letPass(entry);
    assert.ok((await entries.unpublishEnded(SYSTEM)) >= 1);
    assert.equal(await entries.get(entry.id, ANONYMOUS), undefined);
  });
});

describe('a minute that is typed in the zone of the site', () => {
  const zone = 'Europe/Berlin';
  const iso = (text: string): string => new Date(readLocalTime(text, zone) ?? 0).toISOString();

  test('is the minute that the clocks show, on both sides of a change', () => {
    assert.equal(iso('2026-03-29T01:59'), '2026-03-29T00:59:00.000Z');
    assert.equal(iso('2026-03-29T03:00'), '2026-03-29T01:00:00.000Z');
    assert.equal(iso('2026-10-25T01:59'), '2026-10-24T23:59:00.000Z');
    assert.equal(iso('2026-10-25T03:00'), '2026-10-25T02:00:00.000Z');
  });

  test('is a moment of the change itself when the clocks skip it', () => {
    const skipped = readLocalTime('2026-03-29T02:30', zone) ?? 0;
    assert.equal(new Date(skipped).toISOString(), '2026-03-29T01:30:00.000Z');
    assert.equal(localTime(skipped, zone), '2026-03-29T03:30');
  });

  test('is one of its two moments when they show it twice, and the form shows it again as it was typed', () => {
    const twice = readLocalTime('2026-10-25T02:30', zone) ?? 0;
    assert.ok(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'].includes(new Date(twice).toISOString()));
    assert.equal(localTime(twice, zone), '2026-10-25T02:30');
  });
});
