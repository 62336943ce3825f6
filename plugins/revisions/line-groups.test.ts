import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines } from 'galley';
import { groupLines } from './line-groups.ts';

test('lines far from any change are folded away, three around each stay', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const groups = groupLines(diffLines(lines.join('\n'), lines.with(10, 'another').join('\n')));
  assert.deepEqual(
    groups.map(({ isFolded, count }) => [isFolded, count]),
    [
      [true, 7],
      [false, 8],
      [true, 6],
    ],
  );
  assert.deepEqual(
    groups[1]?.lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text}`),
    ['removed line 10', 'added another'],
  );
  assert.deepEqual(groupLines([]), []);
});
