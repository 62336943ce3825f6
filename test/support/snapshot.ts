import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Compares `value` with what was reviewed and recorded in a JSON file. A difference is a change that somebody must look
 * at: run the test with GALLEY_UPDATE_SNAPSHOTS=1 and read the diff before committing it.
 */
export function assertRecorded(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env['GALLEY_UPDATE_SNAPSHOTS'] === '1') writeFileSync(file, text);
  const recorded: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  assert.deepEqual(
    JSON.parse(text),
    recorded,
    `${file} was reviewed with other contents; see test/support/snapshot.ts`,
  );
}
