import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import type { Comment } from './comment.ts';

describe('Moderation in place', () => {
  forEachSite({ plugins: ['posts', 'comments'] }, (suite) => {
    let entryId: number;
    const comments = () => suite.current.site.services.use('comments');
    before(async () => {
      const post = { type: 'post', title: 'Talked about', status: 'publish' } as const;
      entryId = (await suite.current.site.entries.save(post, { viewer: SYSTEM })).id;
    });
    const write = (content: string): Promise<Comment> =>
      comments().import({
        entryId,
        parentId: null,
        userId: null,
        authorName: 'A reader',
        authorEmail: 'reader@example.org',
        authorUrl: '',
        authorAddress: '',
        agent: '',
        content,
        status: 'pending',
        type: 'comment',
        createdAt: Date.now(),
      });
    const call = async (role: string, path: string, payload: object) => {
      const { cookie, token } = await suite.current.loginAs(role);
      const headers = {
        cookie,
        'x-csrf-token': token,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/json',
        accept: 'application/json',
      };
      const url = `/admin/api/comments/${path}`;
      return suite.current.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) });
    };

    test('comments are moderated, answered and edited, with what was done kept beside them', async () => {
      const comment = await write('Well said.');
      const reply = await call('editor', `${comment.id}/reply`, { text: 'Thank you.<script>x()</script>' });
      assert.equal(reply.statusCode, 200);
      assert.equal((await comments().store.get(comment.id))?.status, 'approved', 'an answer approves it');
      const answer = await comments().store.get((JSON.parse(reply.body) as { id: number }).id);
      assert.deepEqual(
        [answer?.parentId, answer?.status, answer?.content],
        [comment.id, 'approved', '<p>Thank you.</p>'],
      );
      const acted = await call('editor', 'act', { ids: [comment.id], status: 'spam' });
      const done = JSON.parse(acted.body) as { before: object[]; counts: Record<string, number> };
      assert.deepEqual([done.before, done.counts['spam']], [[{ id: comment.id, status: 'approved' }], 1]);
      const edited = await call('editor', `${comment.id}/text`, { text: '<b onclick="x()">Better</b>' });
      assert.equal((JSON.parse(edited.body) as { content: string }).content, '<b>Better</b>');
      const { cookie } = await suite.current.loginAs('editor');
      const page = await new Browser(() => suite.current, cookie).get(`/admin/comments/${comment.id}`);
      assert.match(page.text, /What happened.*Edited The editor.*approved → spam The editor.*pending → approved/);
    });

    test('one sees how much more somebody has written, and that alone', async () => {
      await write('Another one.');
      const { cookie } = await suite.current.loginAs('editor');
      const browser = new Browser(() => suite.current, cookie);
      assert.match((await browser.get('/admin/comments')).text, /and 1 more/);
      const mine = await browser.get('/admin/comments?author=reader@example.org');
      assert.doesNotMatch(mine.text, /Thank you/);
    });

    test('nobody moderates who may not', async () => {
      const comment = await write('Still waiting.');
      for (const role of ['subscriber', 'contributor', 'author'])
        for (const [path, body] of [
          ['act', { ids: [comment.id], status: 'approved' }],
          [`${comment.id}/reply`, { text: 'No' }],
          [`${comment.id}/text`, { text: 'No' }],
        ] as const)
          assert.equal((await call(role, path, body)).statusCode, 403, `${role} ${path}`);
      assert.equal((await comments().store.get(comment.id))?.status, 'pending');
    });
  });
});
