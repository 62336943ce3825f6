import { RequestError, request, t } from 'galley/client';
import { hideBanner, showBanner } from './banner.ts';
import type { Facts } from './facts.ts';

/** How the connection to the server is. */
export type Connection = 'open' | 'offline' | 'logged-out';

const TRY_MS = 5000;

/** The session behind a form: notices when it ended, and goes on when the person has logged in again. */
export class SessionWatch {
  readonly #form: HTMLFormElement;
  readonly #facts: Facts;
  readonly #back = new Set<() => void>();
  #timer: number | undefined;
  /** When the server last answered. */
  lastContact = Date.now();
  connection: Connection = 'open';

  constructor(form: HTMLFormElement, facts: Facts) {
    this.#form = form;
    this.#facts = facts;
    window.addEventListener('online', () => void this.check());
    window.addEventListener('offline', () => this.lost(new RequestError(0, 'GALLEY_OFFLINE', '')));
    window.addEventListener('focus', () => {
      if (this.connection !== 'open') void this.check();
    });
  }

  /** Called when the server can be reached again, or the person is logged in again. */
  onBack(listener: () => void): void {
    this.#back.add(listener);
  }

  answered(): void {
    this.lastContact = Date.now();
  }

  /** A request failed: says why above the form and tries again. Returns whether that was the connection's fault. */
  lost(error: unknown): boolean {
    if (!(error instanceof RequestError)) return false;
    if (!error.isOffline && !error.isLoggedOut) return false;
    this.connection = error.isOffline ? 'offline' : 'logged-out';
    if (error.isOffline)
      showBanner(this.#form, 'connection', {
        kind: 'warning',
        text: t('Offline. What you type is kept in this browser and sent when the connection is back.'),
      });
    else void this.check();
    this.#timer ??= window.setInterval(() => void this.check(), TRY_MS);
    return true;
  }

  /** Asks for the session, with a new token for the form. Returns whether one can go on. */
  async check(): Promise<boolean> {
    try {
      const { userId, token } = await request<{ userId: number; token: string }>('/admin/api/session');
      if (userId !== this.#facts.userId) return this.#stranger();
      this.#useToken(token);
      this.answered();
      if (this.connection !== 'open') this.#open();
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.isLoggedOut) this.#askToLogIn();
      else this.lost(error);
      return false;
    }
  }

  #open(): void {
    this.connection = 'open';
    window.clearInterval(this.#timer);
    this.#timer = undefined;
    hideBanner(this.#form, 'connection');
    for (const listener of this.#back) listener();
  }

  #askToLogIn(): void {
    this.connection = 'logged-out';
    this.#timer ??= window.setInterval(() => void this.check(), TRY_MS);
    showBanner(this.#form, 'connection', {
      kind: 'warning',
      text: t('You are logged out. Your text is kept in this browser. Log in beside it, then go on here.'),
      actions: [{ label: t('Log in in a new tab'), url: '/admin/login?redirect_to=/admin' }],
    });
  }

  #stranger(): boolean {
    this.connection = 'logged-out';
    showBanner(this.#form, 'connection', {
      kind: 'danger',
      text: t('Somebody else is logged in in this browser now. Your text is kept here until you log in again.'),
    });
    return false;
  }

  #useToken(token: string): void {
    document.querySelector('meta[name="galley-token"]')?.setAttribute('content', token);
    for (const field of document.querySelectorAll<HTMLInputElement>('input[name="_token"]')) field.value = token;
  }
}
