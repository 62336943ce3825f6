import { after, before, describe } from 'node:test';
import { startTestSite, type TestSite, type TestSiteOptions } from '../../core/testing.ts';
import { createDatabase, mariadbMissing } from './mariadb.ts';

/** The site of a suite; use it inside of tests, not while they are being declared. */
export interface SuiteSite {
  readonly kind: 'sqlite' | 'mysql';
  readonly current: TestSite;
}

/**
 * Declares the same suite for a site on SQLite and for one on MariaDB. Where MariaDB is not installed, its suite is
 * skipped with the reason.
 */
export function forEachSite(options: TestSiteOptions, declare: (site: SuiteSite) => void): void {
  for (const kind of ['sqlite', 'mysql'] as const) {
    const skip = kind === 'mysql' ? mariadbMissing() : false;
    describe(kind === 'mysql' ? 'on MariaDB' : 'on SQLite', { skip }, () => {
      let site: TestSite | undefined;
      let drop: (() => Promise<void>) | undefined;
      before(async () => {
        const database = kind === 'mysql' ? await createDatabase() : undefined;
        drop = database && (() => database.drop());
        site = await startTestSite({ ...options, ...(database ? { database: database.url } : {}) });
      });
      after(async () => {
        await site?.stop();
        await drop?.();
      });
      declare({
        kind,
        get current() {
          if (!site) throw new Error('The site is there only while tests run.');
          return site;
        },
      });
    });
  }
}
