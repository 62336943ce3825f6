// Every screen of the admin: whether anything stands in the way of anybody there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunOptions } from 'axe-core';
import { Router } from '../../core/http/router.ts';
import { chromiumMissing } from '../support/chromium.ts';
import type { Shown } from '../support/shown-content.ts';
import { type AdminSite, ALL_BUT_COLOURS, COLOURS, violations } from './admin-visitor.ts';
import { addressesOf, ELSEWHERE, NO_SCREENS } from './screens.ts';
import { startScreensSite } from './screens-site.ts';

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

describe('every screen of the admin', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let shown: Shown;
  before(async () => {
    ({ admin, shown } = await startScreensSite());
  });
  after(() => admin?.stop());

  test('each is looked at: here, in a file that is named, or it is said why it is none', () => {
    const { site } = admin.current;
    const router = new Router(site.routes.list());
    const routes = site.routes.list().filter(({ method, path }) => method === 'GET' && /^\/admin(\/|$)/.test(path));
    const isNone = (path: string): boolean => NO_SCREENS.some(([pattern]) => pattern.test(path));
    const opened = addressesOf(site, shown).map((address) => {
      const match = router.match('GET', address.replace(/\?.*/, ''), '');
      return match.kind === 'route' ? match.route.path : `nothing: ${address}`;
    });
    const places = Object.entries(ELSEWHERE);
    const looked = [...opened, ...places.map(([path]) => path)];
    const forgotten = routes.map(({ path }) => path).filter((path) => !looked.includes(path) && !isNone(path));
    assert.deepEqual(forgotten, [], 'screens that nobody looks at: add them to screens.ts');
    const paths = new Set(routes.map(({ path }) => path));
    assert.deepEqual(
      [...new Set(looked)].filter((path) => !paths.has(path)),
      [],
      'what is looked at is a screen',
    );
    for (const [path, file] of places) {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      assert.match(text, /violations|barriers/, file);
      const name = path.split('/').findLast((part) => !part.startsWith(':')) ?? '';
      assert.ok(text.includes(name), `${file} does not open ${path}`);
    }
  });

  test('none has a barrier, by day and by night, on a desk and on a phone, and none complains', async () => {
    const watched = await admin.enter({ viewport: DESK });
    const { page } = watched;
    const wrong: string[] = [];
    for (const address of addressesOf(admin.current.site, shown)) {
      await watched.open(address);
      const look = async (name: string, ...asked: [RunOptions?, string?]): Promise<void> => {
        for (const violation of await violations(page, ...asked)) wrong.push(`${address}, ${name}: ${violation}`);
      };
      await look('light');
      // By night it has other colours, and nothing else; what stands around the screen is the same on all.
      await page.emulateMedia({ colorScheme: 'dark' });
      await look('dark', COLOURS, address === '/admin' ? ':root' : 'main');
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(PHONE);
      await look('phone', ALL_BUT_COLOURS);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${address}: ${over} pixels wider than a phone`);
      await page.setViewportSize(DESK);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
