// Somebody without a mouse: goes by Tab, and sees at every stop where he is.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** More stops than any screen of ours has. */
const STOPS_MAX = 120;

/** Where the focus is, and what is wrong with that, as the eye would say. */
interface Stop {
  name: string;
  wrong: string;
}

/** Reads the stop. A page that goes while it is read is read again when the next one is there. */
async function stopOf(page: Page): Promise<Stop> {
  try {
    return await read(page);
  } catch {
    await page.waitForLoadState('load');
    return read(page);
  }
}

function read(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const now = document.activeElement as HTMLElement | null;
    if (!now || now === document.body) return { name: 'nothing', wrong: 'the focus is lost' };
    const labels = [...((now as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
    const words = [now.getAttribute('aria-label') ?? '', ...labels, now.textContent].find((text) => text?.trim());
    const name = `${now.localName} ${(words ?? '').replace(/\s+/g, ' ').trim().slice(0, 80)}`;
    const { outlineStyle, outlineWidth } = getComputedStyle(now);
    const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    // What a script gave the focus to be read from there, and cannot be used, needs no mark.
    const needsMark = now.tabIndex >= 0 && !now.isContentEditable;
    const { left, top, width, height } = now.getBoundingClientRect();
    const isOutside = top + height <= 0 || top >= innerHeight || left + width <= 0 || left >= innerWidth;
    const wrong = [
      ...(needsMark && !isMarked ? ['shows no focus'] : []),
      ...(isOutside ? ['is not in the window'] : []),
    ].join(', ');
    return { name, wrong };
  });
}

/** What has the focus, as `button Save`. Fails where nothing has it, and where one does not see that. */
export async function focused(page: Page): Promise<string> {
  const { name, wrong } = await stopOf(page);
  assert.equal(wrong, '', `${name}: ${wrong}`);
  return name;
}

/** Presses Tab until the focus is on what is called so. Each stop on the way has to be seen. */
export async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  let rounds = 0;
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press(key);
    const now = await stopOf(page);
    // Behind the last stop the browser's own bar comes, which is none of the page's.
    if (now.name === 'nothing' && rounds++ === 0) continue;
    assert.equal(now.wrong, '', `${now.name}: ${now.wrong}`);
    passed.push(now.name);
    if (name.test(now.name)) return;
  }
  assert.fail(`no stop is called ${name}: ${passed.join(' | ')}`);
}

/** Goes past the menu, as the first stop of every screen offers. */
export async function skipToContent(page: Page): Promise<void> {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
}
