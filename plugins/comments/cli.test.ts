import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandOutput, SYSTEM, type Viewer } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import type { CommentStatus } from './comment.ts';
import { addMany, publish } from './test-comments.ts';

let current: TestSite;
before(async () => {
  current = await startTestSite({ plugins: ['posts', 'comments'] });
});
after(() => current.stop());

interface Said {
  rows: Record<string, unknown>[];
  messages: string[];
  code: unknown;
}

/** Runs a command as the CLI does, and remembers what it says. */
async function run(
  name: string,
  { id = [], options = {}, viewer = SYSTEM }: { id?: number[]; options?: object; viewer?: Viewer } = {},
): Promise<Said> {
  const { site } = current;
  const said: Said = { rows: [], messages: [], code: undefined };
  const output: Partial<CommandOutput> = {
    table: (rows) => said.rows.push(...(rows as Record<string, unknown>[])),
    success: (message) => said.messages.push(message),
    confirm: async () => true,
  };
  const context = { site, config: site.config, args: { id: id.map(String) }, options, output, viewer };
  said.code = await site.commands.need(name).run(context as never);
  return said;
}

const LIST = { status: 'all', number: 50 };
const statusOf = async (id: number): Promise<CommentStatus | undefined> =>
  (await current.site.services.use('comments').store.get(id))?.status;

test('comments are listed under the names that WP-CLI prints', async () => {
  const entry = await publish(current.site, { slug: 'listed', publishedAt: Date.UTC(2026, 2, 1, 12) });
  const [first, second] = await addMany(current.site, [
    { entryId: entry.id, content: 'First', createdAt: Date.UTC(2026, 3, 1) },
    { entryId: entry.id, content: 'Second', status: 'pending', createdAt: Date.UTC(2026, 3, 2) },
  ]);
  const all = await run('comment list', { options: { ...LIST, post_id: entry.id } });
  assert.deepEqual(
    all.rows.map((row) => [row['comment_ID'], row['comment_approved'], row['comment_content']]),
    [
      [second?.id, '0', '<p>Second</p>'],
      [first?.id, '1', '<p>First</p>'],
    ],
  );
  assert.equal(all.rows[1]?.['url'], `/2026/03/listed/#comment-${first?.id}`);
  assert.equal(all.rows[1]?.['comment_date'], '2026-04-01T00:00:00.000Z');
  assert.deepEqual(
    (await run('comment list', { options: { ...LIST, status: 'hold' } })).rows.map((row) => row['comment_ID']),
    [second?.id],
  );
  assert.equal((await run('comment list', { options: { ...LIST, search: 'firs' } })).rows.length, 1);
});

test('comments are judged and removed', async () => {
  const entry = await publish(current.site);
  const [one, two] = await addMany(current.site, [
    { entryId: entry.id, status: 'pending' },
    { entryId: entry.id, status: 'pending' },
  ]);
  const id = [one?.id ?? 0, two?.id ?? 0];
  const steps: [verb: string, status: CommentStatus][] = [
    ['approve', 'approved'],
    ['unapprove', 'pending'],
    ['spam', 'spam'],
    ['trash', 'trash'],
    ['approve', 'approved'],
    ['delete', 'trash'],
  ];
  for (const [verb, status] of steps) {
    assert.equal((await run(`comment ${verb}`, { id })).messages.length, 2);
    assert.deepEqual(await Promise.all(id.map(statusOf)), [status, status], verb);
  }
  assert.equal((await run('comment delete', { id, options: { force: true } })).code, 0);
  assert.deepEqual(await Promise.all(id.map(statusOf)), [undefined, undefined]);
});

test('what does not exist or may not be done is said', async () => {
  await assert.rejects(run('comment approve', { id: [999_999] }), { message: /There is no comment 999999/ });
  await assert.rejects(run('comment spam', { id: [-1] }), { code: 'GALLEY_COMMAND_USAGE' });
  const { viewer } = await current.loginAs('author');
  await assert.rejects(run('comment list', { options: LIST, viewer }), { code: 'GALLEY_PERMISSION_DENIED' });
});

test('comments are flagged and no longer flagged', async () => {
  const [added] = await addMany(current.site, [{ entryId: (await publish(current.site)).id }]);
  const id = added?.id ?? 0;
  const isFlagged = async () => (await current.site.services.use('comments').store.get(id))?.isFlagged;
  assert.deepEqual((await run('comment flag', { id: [id] })).messages, [`Flagged comment ${id}.`]);
  assert.equal(await isFlagged(), true);
  await run('comment unflag', { id: [id] });
  assert.equal(await isFlagged(), false);
});
