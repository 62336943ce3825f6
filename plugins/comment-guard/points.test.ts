import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markOf, pointsOf } from './points.ts';

const by = (content: string, more: object = {}) => ({ content, authorName: 'Ann', authorUrl: '', ...more });

test('what people write has no points, in any script', () => {
  assert.equal(pointsOf(by('<p>Thanks, <a href="https://example.org">this page</a> says more of it.</p>'), 0), 0);
  assert.equal(pointsOf(by('<p>می‌خواهم بدانم که این کتاب را از کجا می‌توان خرید</p>'), 0), 0);
  assert.equal(pointsOf(by('<p>Thanks!</p>'), 5), 0, 'many say thanks');
});

test('signs of an advertisement add up', () => {
  assert.equal(pointsOf(by('Best [url=x]prices[/url] in the whole town'), 0), 3);
  assert.equal(pointsOf(by('Look at all that is here', { authorName: 'www.pills.example' }), 0), 2);
  assert.equal(pointsOf(by('<a href="https://a.example">here</a>', { authorUrl: 'https://a.example' }), 0), 3);
  assert.equal(pointsOf(by('c\u200bh\u200be\u200ba\u200bp watches for all of you'), 0), 2);
  assert.equal(pointsOf(by('You will not believe this price'), 9), 4);
});

test('the same words have the same mark, however they are broken and written', () => {
  assert.equal(markOf('<p>Cheap watches</p>'), markOf('CHEAP<br>\n  watches.'));
  assert.notEqual(markOf('Cheap watches'), markOf('Cheap shoes'));
});
