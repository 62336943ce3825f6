import type { GalleyApi } from 'galley/contained';

/** A text, and when somebody looked at it last. */
export interface OldText {
  id: number;
  type: string;
  title: string;
  /** ms since 1970. */
  lookedAt: number;
}

const TYPES = ['post', 'page'];
const MONTH_MS = 30.44 * 86_400_000;
const KEPT = 60;
const MAX_RIGHT = 300;
const MAX_TRIES = 4;

/** By id, when somebody said that a text is still right. */
type Right = Record<string, number>;

const rightOnes = async (galley: GalleyApi): Promise<Right> => ((await galley.kv.get('right')) ?? {}) as Right;

/** Finds the texts that were changed last the longest ago, and keeps them. */
export async function findOldest(galley: GalleyApi): Promise<void> {
  const lists = await Promise.all(
    TYPES.map((type) => galley.content.find({ type, order: 'modified', direction: 'asc', limit: 50 })),
  );
  const oldest = lists.flat().sort((a, b) => a.modifiedAt - b.modifiedAt);
  const kept = oldest.slice(0, KEPT).map(({ id, type, title, modifiedAt }) => {
    return { id, type, title: title.slice(0, 100), lookedAt: modifiedAt };
  });
  await galley.kv.set('oldest', kept);
}

/** The texts that somebody should read again, the oldest first. */
export async function oldTexts(galley: GalleyApi): Promise<OldText[]> {
  const [{ months }, oldest, right] = await Promise.all([
    galley.settings(),
    galley.kv.get('oldest') as Promise<OldText[] | null>,
    rightOnes(galley),
  ]);
  const since = Date.now() - Number(months) * MONTH_MS;
  return (oldest ?? [])
    .map((text) => ({ ...text, lookedAt: Math.max(text.lookedAt, right[text.id] ?? 0) }))
    .filter(({ lookedAt }) => lookedAt < since)
    .sort((a, b) => a.lookedAt - b.lookedAt);
}

/** Remembers that somebody has read a text again; of what is not listed nothing is remembered. */
export async function keepRight(galley: GalleyApi, id: number, now: number): Promise<void> {
  const oldest = ((await galley.kv.get('oldest')) ?? []) as OldText[];
  if (!oldest.some((text) => text.id === id)) return;
  // Somebody else may look at another one just now.
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const was = (await galley.kv.get('right')) as Right | null;
    const right: Right = { ...was, [id]: now };
    const latest = Object.entries(right).sort(([, a], [, b]) => b - a);
    if (await galley.kv.swap('right', was, Object.fromEntries(latest.slice(0, MAX_RIGHT)))) return;
  }
  throw new Error('Many say at once which texts are right; say it again.');
}
