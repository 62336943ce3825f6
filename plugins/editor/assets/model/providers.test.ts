import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeAddress, isAddress, providerOf } from './providers.ts';

test('a provider is known by its host and those below it, and by nothing that only looks like it', () => {
  assert.equal(providerOf('https://www.youtube.com/watch?v=1')?.slug, 'youtube');
  assert.equal(providerOf('https://open.spotify.com/track/1')?.title, 'Spotify');
  for (const other of [
    'https://notyoutube.com/',
    'https://youtube.com.example.org/',
    'youtube.com',
    'javascript:youtube.com',
  ])
    assert.equal(providerOf(other), undefined, other);
});

test('an address is told by host and path; one of this site by its path', () => {
  assert.deepEqual(describeAddress('https://www.example.org/a%20film/?t=1'), {
    host: 'example.org',
    path: 'a film/?t=1',
  });
  assert.deepEqual(describeAddress('/files/a.mp4'), { host: '', path: 'files/a.mp4' });
  assert.equal(isAddress('javascript:x'), false);
  assert.equal(isAddress('/files/a.mp4'), true);
});
