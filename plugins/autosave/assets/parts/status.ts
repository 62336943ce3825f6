import { t } from 'galley/client';
import type { KeepState } from './keeper.ts';
import type { SessionWatch } from './session.ts';

const SECOND = 1000;

/** Shows at the foot how far the text is safe, and how long ago. */
export class StatusLine {
  readonly #element: HTMLElement | null = document.querySelector('#autosave-status');
  readonly #session: SessionWatch;
  #state: KeepState = { name: 'untouched' };

  constructor(session: SessionWatch) {
    this.#session = session;
    window.setInterval(() => this.#show(), SECOND);
  }

  tell(state: KeepState): void {
    this.#state = state;
    this.#show();
  }

  #show(): void {
    if (!this.#element) return;
    const text = this.#words();
    if (this.#element.textContent === text) return;
    this.#element.textContent = text;
    const isSafe = this.#state.name !== 'refused' && this.#session.connection === 'open';
    this.#element.classList.toggle('is-warning', !isSafe && text !== '');
  }

  #words(): string {
    const state = this.#state;
    if (this.#session.connection === 'offline') return t('Offline: kept in this browser');
    if (this.#session.connection === 'logged-out') return t('Logged out: kept in this browser');
    if (state.name === 'sending') return t('Autosaving…');
    if (state.name === 'local') return t('Kept in this browser');
    if (state.name === 'refused') return t('Kept in this browser only: {message}', { message: state.message });
    if (state.name === 'untouched') return '';
    const seconds = Math.max(0, Math.round((Date.now() - state.at) / SECOND));
    if (seconds < 60) return t('Autosaved {seconds} s ago', { seconds });
    return t(
      'Autosaved {count} minutes ago',
      { count: Math.floor(seconds / 60) },
      { one: 'Autosaved {count} minute ago' },
    );
  }
}
