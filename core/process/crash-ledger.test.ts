import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CrashLedger } from './crash-ledger.ts';

describe('what follows from falls', () => {
  let now = 0;
  const ledger = (): CrashLedger => {
    now = 1_000_000;
    return new CrashLedger(() => now);
  };
  const shelf = { message: 'it fell', plugin: 'shelf', isRemovable: true };

  test('the first is replaced at once, each further one within the minute waits longer, up to a bound', () => {
    const falls = ledger();
    const delays = Array.from({ length: 4 }, () => falls.record({ message: 'm', plugin: 'posts', isRemovable: false }));
    assert.deepEqual(
      delays.map((verdict) => verdict.kind === 'replace' && verdict.delayMs),
      [0, 400, 800, 1600],
    );
    for (let more = 0; more < 10; more++) {
      const verdict = falls.record({ message: 'm', plugin: 'posts', isRemovable: false });
      assert.ok(verdict.kind === 'replace' && verdict.delayMs <= 10_000);
    }
  });

  test('a plugin from elsewhere that falls three times within a minute is switched off, with what it threw', () => {
    const falls = ledger();
    assert.equal(falls.record(shelf).kind, 'replace');
    assert.equal(falls.record(shelf).kind, 'replace');
    assert.deepEqual(falls.record(shelf), {
      kind: 'switch-off',
      plugin: 'shelf',
      reason: 'It brought 3 processes down within a minute: it fell',
    });
  });

  test('falls that are older than a minute, or forgotten, do not count', () => {
    const falls = ledger();
    falls.record(shelf);
    falls.record(shelf);
    now += 60_001;
    assert.deepEqual(falls.record(shelf), { kind: 'replace', delayMs: 0 });
    falls.record(shelf);
    falls.clear();
    assert.equal(falls.record(shelf).kind, 'replace');
  });

  test('five falls that nobody can be named for lead to safe mode', () => {
    const falls = ledger();
    const kinds = Array.from({ length: 5 }, () => falls.record(undefined).kind);
    assert.deepEqual(kinds, ['replace', 'replace', 'replace', 'replace', 'safe-mode']);
  });
});
