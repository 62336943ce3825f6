import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommentStatus, NewComment } from './comment.ts';
import { containedGuard } from './contained-guard.ts';
import { SOME_COMMENT } from './test-comments.ts';

const PLUGIN = { name: 'guard', title: 'Guard' };
function judged(status: CommentStatus, answer: unknown): unknown {
  const comment = containedGuard.output?.(answer, [{ ...SOME_COMMENT, status }, {}], PLUGIN);
  return (comment as NewComment).status;
}

test('a contained guard makes the judgement worse, and never better', () => {
  assert.equal(judged('approved', { status: 'pending' }), 'pending');
  assert.equal(judged('pending', { status: 'spam' }), 'spam');
  for (const answer of [{ status: 'approved' }, { status: 'trash' }, { status: 'x' }, null, 'spam'])
    assert.equal(judged('pending', answer), 'pending');
  assert.equal(judged('trash', { status: 'spam' }), 'trash');
});
