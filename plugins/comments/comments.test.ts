import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Entry, Viewer } from 'galley';
import { ANONYMOUS, GalleyError, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { addMany, publish, SOME_COMMENT } from './test-comments.ts';

describe('The keeper of comments', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments'] }, (suite) => {
    let entry: Entry;
    before(async () => {
      entry = await publish(suite.current.site);
    });
    const comments = () => suite.current.site.services.use('comments');
    const addOne = async (more: object = {}) => {
      const [comment] = await addMany(suite.current.site, [{ entryId: entry.id, ...more }]);
      assert.ok(comment);
      return comment;
    };

    test('lets moderators only list, judge, change and remove', async () => {
      const comment = await addOne({ status: 'pending' });
      const viewers: Viewer[] = [ANONYMOUS];
      for (const role of ['subscriber', 'contributor', 'author'])
        viewers.push((await suite.current.loginAs(role)).viewer);
      for (const viewer of viewers) {
        const denied = { code: 'GALLEY_PERMISSION_DENIED' };
        await assert.rejects(comments().list({}, viewer), denied);
        // What he wrote himself is in no other hands.
        const own = await addOne({ status: 'pending', userId: viewer.id });
        for (const { id } of [comment, own]) {
          await assert.rejects(comments().setStatus(id, 'approved', viewer), denied);
          await assert.rejects(comments().setFlag(id, true, viewer), denied);
          await assert.rejects(comments().update(id, { content: 'x' }, viewer), denied);
          await assert.rejects(comments().reply(id, 'x', viewer), denied);
          await assert.rejects(comments().remove(id, viewer), denied);
        }
      }
      const { viewer } = await suite.current.loginAs('editor');
      assert.equal((await comments().setStatus(comment.id, 'approved', viewer)).status, 'pending');
      await comments().update(comment.id, { content: 'Changed <script>x</script>' }, viewer);
      assert.equal((await comments().store.get(comment.id))?.content, 'Changed ');
      await comments().remove(comment.id, viewer);
      assert.equal(await comments().store.get(comment.id), undefined);
    });

    test('says what is wrong with a change, but minds no mistake that was there before', async () => {
      const comment = await addOne({ authorName: '' });
      await assert.rejects(comments().update(comment.id, { authorUrl: 'javascript:x' }, SYSTEM), (error) => {
        assert.ok(error instanceof GalleyError);
        assert.deepEqual(Object.keys(error.details as object), ['url']);
        return true;
      });
      const changed = await comments().update(comment.id, { authorUrl: 'example.org' }, SYSTEM);
      assert.equal(changed.authorUrl, 'https://example.org');
      await assert.rejects(comments().setStatus(comment.id, 'gone' as 'spam', SYSTEM), {
        code: 'GALLEY_INPUT_INVALID',
      });
      await assert.rejects(comments().setStatus(999_999, 'spam', SYSTEM), {
        code: 'GALLEY_INPUT_INVALID',
        status: 404,
      });
    });

    test('lets nobody overwrite what somebody else has just changed', async () => {
      const comment = await addOne();
      const [first, second] = await Promise.all([
        comments().store.update({ ...comment, content: 'One' }),
        comments().store.update({ ...comment, content: 'Two' }),
      ]);
      assert.deepEqual([first, second].sort(), [false, true]);
    });

    test('tells of a comment when it can no longer be undone', async () => {
      const { site } = suite.current;
      const told: number[] = [];
      const remove = site.hooks.addAction('comment:saved', ({ comment }) => {
        told.push(comment.id);
      });
      await assert.rejects(
        site.database.transaction(async () => {
          await comments().import({ ...SOME_COMMENT, entryId: entry.id });
          throw new Error('undone');
        }),
        { message: 'undone' },
      );
      const kept = await addOne();
      remove();
      assert.deepEqual(told, [kept.id]);
    });

    test('keeps the free data of a comment, and drops it with the comment or its entry', async () => {
      const { site } = suite.current;
      const other = await publish(site);
      const meta = [
        { key: 'rating', value: '5' },
        { key: 'rating', value: 'a:1:{i:0;s:1:"x";}' },
        { key: 'akismet', value: 'ü 🎉' },
      ];
      const kept = await comments().import({ ...SOME_COMMENT, entryId: other.id }, meta);
      const gone = await comments().import({ ...SOME_COMMENT, entryId: entry.id }, meta);
      const { store } = comments();
      assert.deepEqual((await store.metaOf([kept.id, gone.id])).get(kept.id), meta);
      await comments().remove(gone.id, SYSTEM);
      assert.deepEqual([...(await store.metaOf([kept.id, gone.id])).keys()], [kept.id]);
      await site.entries.remove(other.id, { viewer: SYSTEM });
      assert.equal(await store.get(kept.id), undefined);
      assert.equal((await store.metaOf([kept.id])).size, 0);
    });

    test('goes back on the removal of comments where the entry stays', async () => {
      const { site } = suite.current;
      const comment = await addOne();
      const refuse = site.hooks.addFilter(
        'entry:removing',
        () => {
          throw new GalleyError('GALLEY_PERMISSION_DENIED', 'It is needed.');
        },
        { priority: 20 },
      );
      await assert.rejects(site.entries.remove(entry.id, { viewer: SYSTEM }));
      refuse();
      assert.equal((await comments().store.get(comment.id))?.entryId, entry.id);
    });

    test('moves replies up when what they answer is removed, and makes threads of them', async () => {
      const root = await addOne({ content: 'root' });
      const answer = await addOne({ content: 'answer', parentId: root.id });
      const deep = await addOne({ content: 'deep', parentId: answer.id });
      const other = await addOne({ content: 'other', parentId: root.id });
      assert.equal(deep.threadId, root.id);
      await comments().remove(answer.id, SYSTEM);
      assert.equal((await comments().store.get(deep.id))?.parentId, root.id);
      const last = await addOne({ content: 'last', parentId: deep.id });
      await comments().remove(root.id, SYSTEM);
      const now = await Promise.all([deep, other, last].map(({ id }) => comments().store.get(id)));
      assert.deepEqual(
        now.map((comment) => [comment?.parentId, comment?.threadId]),
        [
          [null, null],
          [null, null],
          [deep.id, deep.id],
        ],
      );
    });

    test('never puts a reply back below what was removed while it was being changed', async () => {
      const root = await addOne();
      const [answer, other] = [await addOne({ parentId: root.id }), await addOne({ parentId: root.id })];
      const deep = await addOne({ parentId: answer.id });
      await comments().remove(root.id, SYSTEM);
      for (const stale of [answer, other, deep])
        assert.equal(await comments().store.update({ ...stale, content: 'Late' }), false);
      assert.equal((await comments().store.get(answer.id))?.parentId, null);
    });

    test('lists by state, entry and words, page after page without doubling any', async () => {
      const other = await publish(suite.current.site);
      const at = Date.UTC(2026, 0, 1);
      await addMany(
        suite.current.site,
        Array.from({ length: 25 }, (_, index) => ({
          entryId: other.id,
          // Many at the same moment, as after an import.
          createdAt: at + Math.floor(index / 10),
          content: index % 5 === 0 ? `Rare 100% ${index}` : `Usual ${index}`,
          status: index % 2 === 0 ? ('approved' as const) : ('spam' as const),
        })),
      );
      for (const oldestFirst of [false, true]) {
        const seen: number[] = [];
        for (let after: { createdAt: number; id: number } | undefined; ; ) {
          const list = await comments().list({ entryId: other.id, limit: 7, oldestFirst, after }, SYSTEM);
          seen.push(...list.map(({ id }) => id));
          if (list.length < 7) break;
          after = list.at(-1);
        }
        assert.equal(new Set(seen).size, 25);
        assert.equal(seen.length, 25);
        assert.deepEqual(
          seen,
          seen.toSorted((a, b) => (oldestFirst ? a - b : b - a)),
        );
      }
      assert.equal((await comments().list({ entryId: other.id, search: 'rare 100%' }, SYSTEM)).length, 5);
      assert.equal((await comments().list({ entryId: other.id, status: 'spam' }, SYSTEM)).length, 12);
      assert.equal(await comments().store.countByStatus('spam', 5), 5);
    });
  });
});
