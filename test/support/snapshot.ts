import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/**
 * Compares `value` with what was reviewed and recorded in a JSON file. A difference is a change that somebody must look
 * at: run the test with GALLEY_UPDATE_SNAPSHOTS=1 and read the diff before committing it.
 */
export function assertRecorded(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const found: unknown = JSON.parse(text);
  const read = (): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
  // What is recorded already stays as it was formatted.
  if (process.env['GALLEY_UPDATE_SNAPSHOTS'] === '1' && !isDeepStrictEqual(found, read())) writeFileSync(file, text);
  assert.deepEqual(found, read(), `${file} was reviewed with other contents; see test/support/snapshot.ts`);
}
