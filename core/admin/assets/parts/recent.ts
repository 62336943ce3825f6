import type { Choice } from './palette.ts';

const NAME = 'galley-recent';
const MOST = 5;

/** What was opened from the palette before in this browser, the latest first. Log-out clears it. */
export function readRecent(): Choice[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isChoice).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isChoice(value: unknown): value is Choice {
  const { label, url, note } = (value ?? {}) as Partial<Choice>;
  return typeof label === 'string' && typeof note === 'string' && typeof url === 'string' && /^\/(?!\/)/.test(url);
}

/** Keeps what was opened. */
export function remember({ label, url, note }: Choice): void {
  const kept = [{ label, url, note }, ...readRecent().filter((choice) => choice.url !== url)].slice(0, MOST);
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still opens it.
  }
}
