// A visitor with a browser, who notices everything that is wrong with a page.
import type { BrowserContextOptions, ConsoleMessage, Page, Response } from 'playwright-core';
import { openBrowser } from '../support/chromium.ts';

/** What a page complained of: errors on the console, violations of the policy, scripts that threw, files not found. */
export type Complaints = string[];

/** A page that is being watched. */
export interface WatchedPage {
  page: Page;
  complaints: Complaints;
  /** Opens an address. Answers of the page itself other than the expected status are complaints. */
  open(url: string, status?: number): Promise<void>;
  close(): Promise<void>;
}

/** A browser for one file of tests. */
export interface Visitor {
  /** A page with cookies and storage of its own. */
  visit(options?: BrowserContextOptions): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** The signal of a script that must never run: vectors call it, the page's own code does not. */
export const CANARY = '__canary';

/** Runs in the page: what the policy forbids shows on its console, with the place. */
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});`;

/** The browser says itself that the document was 404; that is expected where the test asked for it. */
function isExpected(text: string, status: number): boolean {
  return status >= 400 && text.includes(`status of ${status}`);
}

/** Starts a browser whose pages ask `origin`. */
export async function startVisitor(origin: string): Promise<Visitor> {
  const browser = await openBrowser();
  return {
    async visit(options = {}) {
      const context = await browser.newContext({ baseURL: origin, reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      const complaints: Complaints = [];
      let expected = 200;
      if (options.javaScriptEnabled !== false) await page.addInitScript(TELL_VIOLATIONS);
      page.on('console', (message: ConsoleMessage) => {
        const text = message.text();
        if (message.type() === 'error' && !isExpected(text, expected)) complaints.push(`${page.url()}: ${text}`);
      });
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('dialog', (dialog) => {
        // Whoever opens another address means it.
        if (dialog.type() === 'beforeunload') return void dialog.accept();
        complaints.push(`${page.url()}: dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('response', (response: Response) => {
        const isOwn = response.url().startsWith(origin);
        const isPage = response.request().isNavigationRequest();
        if (isOwn && !isPage && response.status() >= 400)
          complaints.push(`${page.url()}: ${response.status()} ${response.url()}`);
      });
      return {
        page,
        complaints,
        async open(url, status = 200) {
          expected = status;
          const response = await page.goto(url, { waitUntil: 'load' });
          if (response?.status() !== status) complaints.push(`${url}: ${response?.status()} instead of ${status}`);
        },
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
