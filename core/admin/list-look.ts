import type { Reply } from '../http/reply.ts';
import { safeRedirect } from '../http/reply.ts';
import type { ScreenContext } from './screen-context.ts';

/** How somebody likes a list. */
export interface ListLook {
  /** The keys of all columns that there were, in order. */
  order: readonly string[];
  /** Those of them that are shown. */
  columns: readonly string[];
}

const MAX_COLUMNS = 100;
const NAME = /^[a-z][a-z0-9:_*-]{0,80}$/;

const VIEW = /^[os][0-9a-f]{12}$/;

/** Each view of a list may look otherwise. */
const preferenceOf = (list: string, view = ''): string =>
  `list:${list.replaceAll('*', 'all')}${VIEW.test(view) ? `:${view}` : ''}`;

/**
 * How this person likes the list, or one of its views; undefined: as it comes.
 * @param view what it shows unless this person likes it otherwise
 */
export async function readLook(
  page: ScreenContext,
  list: string,
  view?: { id: string; look: ListLook | null },
): Promise<ListLook | undefined> {
  if (!NAME.test(list)) return undefined;
  const ofView = view && (lookOf(await page.preference(preferenceOf(list, view.id))) ?? view.look ?? undefined);
  return ofView ?? lookOf(await page.preference(preferenceOf(list)));
}

/** A look as it was kept; undefined for what is none. */
export function lookOf(value: unknown): ListLook | undefined {
  const kept = value as Partial<Record<keyof ListLook, unknown>> | null | undefined;
  const [order, columns] = [keysOf(kept?.order), keysOf(kept?.columns)];
  return order.length > 0 ? { order, columns } : undefined;
}

function keysOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((key): key is string => typeof key === 'string').slice(0, MAX_COLUMNS)
    : [];
}

/** Keeps which columns somebody wants to see, and in which order. */
export async function saveLook(page: ScreenContext): Promise<Reply> {
  const list = page.value('list');
  const back = safeRedirect(page.value('back'), '/admin');
  const order = keysOf(page.values.get('order'));
  if (NAME.test(list)) {
    const isReset = page.value('press') === 'reset' || order.length === 0;
    const columns = keysOf(page.values.get('columns')).filter((key) => order.includes(key));
    const view = new URLSearchParams(back.split('?')[1] ?? '').get('saved') ?? '';
    await page.savePreference(preferenceOf(list, view), isReset ? null : { order, columns });
  }
  return page.redirect(back.startsWith('/admin') ? back : '/admin');
}
