// For who sees little: 200 % zoom (a window of 1280 × 900 is one of 640 × 450 then), and colours of the reader's own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';
import { openEntry, pressKeys } from './editor-visitor.ts';

const ZOOMED = { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 } as const;
const TEXT = [
  '<!-- wp:paragraph -->\n<p>First words</p>\n<!-- /wp:paragraph -->',
  '<!-- wp:separator -->\n<hr class="wp-block-separator"/>\n<!-- /wp:separator -->',
  '<!-- wp:video -->\n<figure class="wp-block-video"><video controls></video></figure>\n<!-- /wp:video -->',
].join('\n\n');

/** The main screens of the admin. */
const SCREENS = [
  '/admin',
  '/admin/content/post',
  '/admin/content/post/new',
  '/admin/media',
  '/admin/comments',
  '/admin/terms/category',
  '/admin/menus',
  '/admin/widgets',
  '/admin/themes',
  '/admin/users',
  '/admin/roles',
  '/admin/profile',
  '/admin/settings/general',
  '/admin/content-types',
  '/admin/tools',
  '/admin/system',
  '/admin/health',
  '/admin/plugins',
  '/admin/trash',
  '/admin/appearance',
];

/** Goes through all that can be focused: each has to be seen, and nothing may lie over it. */
function hiddenControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary');
    return [...found].flatMap((control) => {
      const isShown = control.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
      // Closed menus, and links that show when they are focused, are no controls of this moment.
      if (!isShown || control.matches(':disabled, .skip, [tabindex="-1"]')) return [];
      control.focus();
      if (document.activeElement !== control) return [];
      const box = control.getBoundingClientRect();
      const name = `${control.localName} “${(control.getAttribute('aria-label') ?? control.textContent ?? '').trim().slice(0, 40)}”`;
      if (box.width < 2 || box.height < 2) return [];
      // Browsers leave alone what shows in part, so a wide table may cut the last words of a link off.
      const middle = box.left + box.width / 2;
      if (middle < 0 || middle > innerWidth) return [`${name} reaches over the side`];
      const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), innerHeight - 1);
      const over = document.elementFromPoint(middle, y);
      const isFree =
        over !== null && (control.contains(over) || over.contains(control) || over.closest('label')?.contains(control));
      return isFree ? [] : [`${name} lies under ${over?.localName}.${over?.className}`];
    });
  });
}

describe('for who sees little', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let id: number;

  before(async () => {
    ada = await startAdminSite();
    const draft = { type: 'post', title: 'A text', content: TEXT } as const;
    id = (await ada.current.site.entries.save(draft, { viewer: SYSTEM })).id;
  });
  after(() => ada?.stop());

  test('at 200 % no screen scrolls to the side', async () => {
    const watched = await ada.enter(ZOOMED);
    const wrong: string[] = [];
    for (const screen of SCREENS) {
      await watched.open(screen);
      const over = await watched.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${screen}: ${over} pixels`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('at 200 % every control is seen when it is reached', async () => {
    const watched = await ada.enter(ZOOMED);
    const { page } = watched;
    const wrong: string[] = [];
    const look = async (name: string): Promise<void> => {
      wrong.push(...(await hiddenControls(page)).map((found) => `${name}: ${found}`));
    };
    await openEntry(watched, id);
    await look('editor');
    for (const screen of SCREENS) {
      await watched.open(screen);
      if (screen === '/admin/content/post') await page.locator('table.dataTable').waitFor();
      await look(screen);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('at 200 % the line that one writes in does not hide under the bars', async () => {
    const watched = await ada.enter(ZOOMED);
    const { page } = watched;
    await openEntry(watched, id);
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'End');
    for (let count = 0; count < 12; count++) await page.keyboard.press('Enter');
    await page.keyboard.type('Here');
    await page.locator('.ge-text > p').getByText('Here', { exact: true }).waitFor();
    const hidden = await page.evaluate(() => {
      const line = [...document.querySelectorAll('.ge-text > p')].find((one) => one.textContent === 'Here');
      const box = line?.getBoundingClientRect();
      const over = box && document.elementFromPoint(box.left + 5, box.top + box.height / 2);
      return over && line?.contains(over) ? '' : `under ${over?.className}`;
    });
    assert.equal(hidden, '');
    await watched.close();
  });

  test('with colours of one’s own, what is chosen differs from what is not, and no sign vanishes in its ground', async () => {
    const watched = await ada.enter({ viewport: { width: 1280, height: 900 }, forcedColors: 'active' });
    const { page } = watched;
    await openEntry(watched, id);
    await page.locator('.ge-text > p').first().click();
    await page.keyboard.press('Control+b');
    await page.waitForFunction(() => document.querySelector('.ge-tool[aria-pressed="true"]') !== null);
    await page.getByRole('button', { name: 'Add a block' }).first().click();
    const differs = (chosen: string, other: string): Promise<boolean> =>
      page.evaluate(
        ([one = '', two = '']) => {
          const look = (selector: string): string => {
            const element = document.querySelector(selector);
            if (!element) return `none: ${selector}`;
            const { backgroundColor, outlineStyle, borderStyle } = getComputedStyle(element);
            return `${backgroundColor} ${outlineStyle} ${borderStyle}`;
          };
          return look(one) !== look(two);
        },
        [chosen, other],
      );
    assert.ok(await differs('.ge-tool[aria-pressed="true"]', '.ge-tool[aria-pressed="false"]'), 'a tool that is on');
    assert.ok(await differs('.ge-tab[aria-selected="true"]', '.ge-tab[aria-selected="false"]'), 'the tab that is open');
    assert.ok(
      await differs('.ge-option[aria-selected="true"]', '.ge-option[aria-selected="false"]'),
      'the chosen block',
    );
    await page.keyboard.press('Escape');
    const wrong: string[] = [];
    for (const screen of [
      `/admin/content/post/${id}`,
      '/admin/content/post',
      '/admin/media',
      '/admin/settings/general',
    ]) {
      await watched.open(screen);
      const vanished = await page.evaluate(() => {
        const groundOf = (element: Element | null): string => {
          for (let at = element; at; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (!/, 0\)$|^transparent$/.test(backgroundColor)) return backgroundColor;
          }
          return getComputedStyle(document.documentElement).backgroundColor;
        };
        const luminance = (color: string): number => {
          const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
          return red * 0.299 + green * 0.587 + blue * 0.114;
        };
        return [...document.querySelectorAll('svg')]
          .filter((sign) => sign.checkVisibility() && sign.closest(':disabled') === null)
          .filter((sign) => Math.abs(luminance(getComputedStyle(sign).color) - luminance(groundOf(sign))) < 60)
          .map((sign) => sign.parentElement?.outerHTML.slice(0, 120) ?? '');
      });
      wrong.push(...vanished.map((found) => `${screen}: ${found}`));
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
