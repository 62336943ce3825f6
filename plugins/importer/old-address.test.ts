import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileKey, oldAddress, originalOf } from './old-address.ts';

test('an address has one spelling, whatever host, slashes and encoding it came with', () => {
  for (const url of [
    'https://www.example.org/2012/01/hello/',
    'http://example.org//2012/01/hello',
    '/2012/01/hello/#more',
  ])
    assert.equal(oldAddress(url), '/2012/01/hello');
  assert.equal(oldAddress('https://example.org/%ce%b1/'), '/α');
  assert.equal(oldAddress('https://example.org/?page_id=12'), '/?p=12');
  assert.equal(oldAddress('https://example.org/'), null);
  assert.equal(oldAddress('mailto:ada@example.org'), null);
  assert.equal(oldAddress('https://example.org/%zz/'), '/%zz');
});

test('files are known by host and path, and scaled copies by what they were made of', () => {
  assert.equal(fileKey('https://www.Example.org/a/b%20c.jpg?w=300'), 'example.org/a/b c.jpg');
  assert.equal(fileKey('data:image/png;base64,AAAA'), null);
  assert.deepEqual(originalOf('example.org/photo-300x200.jpg'), { key: 'example.org/photo.jpg', width: 300 });
  assert.deepEqual(originalOf('example.org/photo-scaled.jpg'), { key: 'example.org/photo.jpg', width: null });
  assert.deepEqual(originalOf('example.org/photo.jpg'), { key: 'example.org/photo.jpg', width: null });
});
