import { after, before, describe } from 'node:test';
import { startTestSite, type TestSite, type TestSiteOptions } from '../../core/testing.ts';
import { places, type StoreKind } from './stores.ts';

/** The site of a suite; use it inside of tests, not while they are being declared. */
export interface SuiteSite {
  readonly kind: StoreKind;
  readonly isCluster: boolean;
  readonly current: TestSite;
}

/** How the site of a suite is. */
export interface SuiteOptions extends TestSiteOptions {
  /** Also on a Galera cluster, where it matters: three servers take their time. */
  onGalera?: boolean;
}

/**
 * Declares the same suite for a site on SQLite and for one on MariaDB, and on a Galera cluster where that is asked
 * for. Where a server is not installed, its suite is skipped with the reason.
 */
export function forEachSite({ onGalera, ...options }: SuiteOptions, declare: (site: SuiteSite) => void): void {
  for (const { title, kind, isCluster, skip, create } of places()) {
    if (isCluster && !onGalera) continue;
    describe(title, { skip }, () => {
      let site: TestSite | undefined;
      let drop: (() => Promise<void>) | undefined;
      before(async () => {
        const database = kind === 'mysql' ? await create() : undefined;
        drop = database && (() => database.drop());
        site = await startTestSite({ ...options, ...(database ? { database: database.url } : {}) });
      });
      after(async () => {
        await site?.stop();
        await drop?.();
      });
      declare({
        kind,
        isCluster,
        get current() {
          if (!site) throw new Error('The site is there only while tests run.');
          return site;
        },
      });
    });
  }
}
