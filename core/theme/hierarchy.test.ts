import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as hierarchy from './hierarchy.ts';

const post = { id: 5, type: 'post', slug: 'hello' };

test('a post goes from its own template to index, as in WordPress', () => {
  assert.deepEqual(hierarchy.entryTemplates(post), ['single-post-hello', 'single-post', 'single', 'singular', 'index']);
});

test('a page is found by slug, then id, and a custom template goes first', () => {
  const page = { id: 12, type: 'page', slug: 'about' };
  assert.deepEqual(hierarchy.entryTemplates(page), ['page-about', 'page-12', 'page', 'singular', 'index']);
  assert.equal(hierarchy.entryTemplates({ ...page, template: 'page-templates/full-width.php' })[0], 'full-width');
  assert.equal(hierarchy.entryTemplates({ ...page, template: 'default' })[0], 'page-about');
  assert.equal(hierarchy.entryTemplates({ ...post, template: '../../etc/passwd' })[0], 'passwd');
});

test('an attachment is found by its media type first', () => {
  assert.deepEqual(hierarchy.entryTemplates({ id: 1, type: 'attachment', slug: 'cat', mimeType: 'image/jpeg' }), [
    'image-jpeg',
    'jpeg',
    'image',
    'attachment',
    'single-attachment-cat',
    'single-attachment',
    'single',
    'singular',
    'index',
  ]);
});

test('term archives: category, tag and any other taxonomy', () => {
  assert.deepEqual(hierarchy.termTemplates({ id: 3, taxonomy: 'category', slug: 'news' }), [
    'category-news',
    'category-3',
    'category',
    'archive',
    'index',
  ]);
  assert.deepEqual(hierarchy.termTemplates({ id: 4, taxonomy: 'post_tag', slug: 'css' }), [
    'tag-css',
    'tag-4',
    'tag',
    'archive',
    'index',
  ]);
  assert.deepEqual(hierarchy.termTemplates({ id: 9, taxonomy: 'genre', slug: 'jazz' }), [
    'taxonomy-genre-jazz',
    'taxonomy-genre',
    'taxonomy',
    'archive',
    'index',
  ]);
  assert.equal(hierarchy.termTemplates({ id: 9, taxonomy: 'constructor', slug: 'x' })[0], 'taxonomy-constructor-x');
});

test('the other kinds of page', () => {
  assert.deepEqual(hierarchy.frontPageTemplates(), ['front-page', 'home', 'index']);
  assert.deepEqual(hierarchy.frontPageTemplates({ id: 2, type: 'page', slug: 'start' }).slice(0, 3), [
    'front-page',
    'page-start',
    'page-2',
  ]);
  assert.deepEqual(hierarchy.authorTemplates({ id: 2, slug: 'ada' }), [
    'author-ada',
    'author-2',
    'author',
    'archive',
    'index',
  ]);
  assert.deepEqual(hierarchy.dateTemplates(), ['date', 'archive', 'index']);
  assert.deepEqual(hierarchy.archiveTemplates('book'), ['archive-book', 'archive', 'index']);
  assert.deepEqual(hierarchy.searchTemplates(), ['search', 'index']);
  assert.deepEqual(hierarchy.errorTemplates(404), ['404', 'error']);
  assert.deepEqual(hierarchy.embedTemplates({ type: 'post', format: 'video' }), [
    'embed-post-video',
    'embed-post',
    'embed',
  ]);
});
