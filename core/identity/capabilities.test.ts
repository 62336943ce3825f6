import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreCapabilities, mayDo, neededCapabilities, typeCapabilities } from './capabilities.ts';
import { ANONYMOUS, isLoggedIn, SYSTEM, type Viewer, viewerFor } from './viewer.ts';

function viewerOf(role: string, id = 1): Viewer {
  const held = coreCapabilities().filter(([, { roles }]) => role === 'administrator' || roles.includes(role));
  return viewerFor({ id, login: role, name: role, roles: [role] }, new Set(held.map(([name]) => name)));
}

const post = (status: string, authorId: number | null = 1) => ({ authorId, status, capability: 'post' });

test('the roles hold the capabilities that WordPress gives them', () => {
  const author = viewerOf('author');
  const held = coreCapabilities()
    .map(([name]) => name)
    .filter((name) => author.can(name))
    .sort();
  assert.deepEqual(held, [
    'delete_posts',
    'delete_published_posts',
    'edit_posts',
    'edit_published_posts',
    'publish_posts',
    'read',
    'upload_files',
  ]);
  assert.ok(viewerOf('contributor').can('edit_posts'));
  assert.ok(!viewerOf('contributor').can('publish_posts'));
  assert.ok(viewerOf('editor').can('edit_others_pages'));
  assert.ok(!viewerOf('editor').can('manage_options'));
  assert.ok(!viewerOf('editor').can('unfiltered_html'));
});

test('everybody reads what is published, the author and editors read what is private, nobody else does', () => {
  assert.ok(mayDo(ANONYMOUS, 'read', post('publish')));
  assert.ok(!mayDo(ANONYMOUS, 'read', post('private')));
  assert.ok(!mayDo(ANONYMOUS, 'read', post('draft', null)));
  assert.ok(mayDo(viewerOf('author', 1), 'read', post('private')));
  assert.ok(!mayDo(viewerOf('author', 2), 'read', post('private')));
  assert.ok(mayDo(viewerOf('editor', 2), 'read', post('private')));
  assert.ok(mayDo(viewerOf('contributor', 1), 'read', post('draft')));
  assert.ok(!mayDo(viewerOf('contributor', 2), 'read', post('draft')));
  assert.ok(!mayDo(viewerOf('contributor', 2), 'read', post('future')));
});

test('a contributor edits own drafts but not what was published, nor what others wrote', () => {
  const contributor = viewerOf('contributor', 1);
  assert.ok(mayDo(contributor, 'edit', post('draft')));
  assert.ok(mayDo(contributor, 'edit', post('pending')));
  assert.ok(!mayDo(contributor, 'edit', post('publish')));
  assert.ok(!mayDo(contributor, 'edit', post('future')));
  assert.ok(!mayDo(contributor, 'edit', post('draft', 2)));
  assert.ok(!mayDo(contributor, 'publish', post('draft')));
});

test('an author edits and deletes own published posts but nobody else’s', () => {
  const author = viewerOf('author', 1);
  for (const action of ['edit', 'delete', 'publish'] as const) assert.ok(mayDo(author, action, post('publish')));
  assert.ok(!mayDo(author, 'edit', post('publish', 2)));
  assert.ok(!mayDo(author, 'delete', post('draft', 2)));
  assert.ok(!mayDo(author, 'edit', { authorId: 1, status: 'draft', capability: 'page' }));
});

test('an entry in the trash is judged by the status it had before', () => {
  const contributor = viewerOf('contributor', 1);
  assert.ok(mayDo(contributor, 'delete', { ...post('trash'), formerStatus: 'draft' }));
  assert.ok(!mayDo(contributor, 'delete', { ...post('trash'), formerStatus: 'publish' }));
});

test('an entry without an author belongs to nobody, also not to the visitor without an id', () => {
  assert.deepEqual(neededCapabilities('edit', post('draft', null), null), ['edit_posts', 'edit_others_posts']);
  assert.ok(!mayDo(viewerOf('author', 1), 'edit', post('draft', null)));
});

test('others’ private entries need the private capability', () => {
  assert.deepEqual(neededCapabilities('delete', post('private', 2), 1), [
    'delete_posts',
    'delete_others_posts',
    'delete_private_posts',
  ]);
});

test('who may read, edit, delete and publish what is his own and what is not, in each state', () => {
  const states = ['publish', 'future', 'pending', 'draft', 'private', 'trash'];
  const actions = ['read', 'edit', 'delete', 'publish'] as const;
  const rights = (viewer: Viewer, authorId: number): string =>
    states
      .map((state) =>
        actions.map((action) => (mayDo(viewer, action, post(state, authorId)) ? action[0] : '-')).join(''),
      )
      .join(' ');
  const ALL = 'redp redp redp redp redp redp';
  const PUBLIC = 'r--- ---- ---- ---- ---- ----';
  const reviewed: Record<string, [own: string, foreign: string]> = {
    subscriber: ['r--- ---- ---- ---- r--- ----', PUBLIC],
    contributor: ['r--- ---- red- red- red- red-', PUBLIC],
    // To publish alone leads nowhere: a save asks for the right to edit too.
    author: [ALL, 'r--p ---p ---p ---p ---p ---p'],
    editor: [ALL, ALL],
    administrator: [ALL, ALL],
  };
  for (const [role, expected] of Object.entries(reviewed))
    assert.deepEqual([rights(viewerOf(role), 1), rights(viewerOf(role), 2)], expected, role);
  assert.deepEqual([rights(ANONYMOUS, 1), rights(ANONYMOUS, 2)], [PUBLIC, PUBLIC]);
});

test('a type brings ten capabilities of its own name', () => {
  const names = typeCapabilities('product').map(([name]) => name);
  assert.equal(new Set(names).size, 10);
  assert.ok(names.every((name) => name.endsWith('products')));
});

test('the anonymous visitor holds nothing, the system everything, and neither can be changed', () => {
  assert.ok(!ANONYMOUS.can('read'));
  assert.ok(SYSTEM.can('manage_options'));
  assert.ok(Object.isFrozen(ANONYMOUS) && Object.isFrozen(SYSTEM) && Object.isFrozen(viewerOf('editor')));
  assert.ok(!isLoggedIn(SYSTEM) && isLoggedIn(viewerOf('editor')));
});
