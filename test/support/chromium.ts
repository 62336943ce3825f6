// Chromium for the tests that need a real browser.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** The same engine without a surface of its own: it opens a page with a sixth of the work, but a killed one keeps nothing. */
const WITHOUT_SURFACE = ['chromium-headless-shell'];
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];

function find(names: readonly string[]): string | undefined {
  const given = process.env['CHROME_PATH'];
  if (given !== undefined && existsSync(given)) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** The browser's program, or undefined where the machine has none. `CHROME_PATH` names another one. */
export function chromiumPath(): string | undefined {
  return find(NAMES);
}

/** Why tests in a browser are skipped, with how to get it; false when they can run. For the `skip` option of a test. */
export function chromiumMissing(): string | false {
  return chromiumPath() ? false : 'Chromium is not installed. On Debian: apt-get install chromium';
}

/** Starts a browser without a window, the quicker one where the machine has it. Close it in the end. */
export function openBrowser(): Promise<Browser> {
  const executablePath = find(WITHOUT_SURFACE) ?? chromiumPath();
  // Tests run as root in containers, where Chromium has no sandbox; they only open pages of their own server.
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: FLAGS });
}

/** Starts a browser that keeps what it stores in a folder, as a person's browser does. */
export function openProfile(folder: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const launch = { executablePath: chromiumPath() ?? '', headless: true, chromiumSandbox: false, args: FLAGS };
  return chromium.launchPersistentContext(folder, { ...launch, ...options });
}
