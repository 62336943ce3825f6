import type { Context } from '../http/context.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** Light, dark, or as the machine says. */
export type Mode = 'light' | 'dark' | 'system';

/** Where the menu stands: beside the screen, above it, or both. */
export type Layout = 'side' | 'top' | 'both';

/** How somebody likes the admin. Kept with the user, so that it is the same on all devices, and in a cookie for the pages before log-in. */
export interface Preferences {
  mode: Mode;
  /** Where the menu stands on wide screens. */
  layout: Layout;
  /** Whether keys without Ctrl do nothing: for people who speak to their machine. */
  keysOff: boolean;
  /** Whether the menu shows icons only. */
  narrow: boolean;
  /** Whether lists stand closer together. */
  compact: boolean;
  /** A language, or nothing for the browser's. */
  language: string;
}

export const MODES: readonly Mode[] = ['light', 'dark', 'system'];
export const LAYOUTS: readonly Layout[] = ['side', 'top', 'both'];
const COOKIE = 'galley-mode';
const LANGUAGE_COOKIE = 'galley-language';
const YEAR_S = 365 * 24 * 3600;
const KEYS = {
  mode: 'admin_color_mode',
  layout: 'admin_layout',
  keysOff: 'admin_keys_off',
  narrow: 'admin_narrow_menu',
  compact: 'admin_compact',
  language: 'admin_language',
} as const;

/** A tag such as `de` or `de-AT`; nothing for what is none. */
const languageOf = (value: string | undefined): string =>
  /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(value ?? '') ? (value ?? '') : '';
const modeOf = (value: string | undefined): Mode => MODES.find((mode) => mode === value) ?? 'system';

/** What this browser was last used with. */
export const lastMode = (cookies: Readonly<Record<string, string>>): Mode => modeOf(cookies[COOKIE]);

/** What is known of whoever asks. */
export interface Asker {
  site: Site;
  viewer: Pick<Viewer, 'id'>;
  cookies: Readonly<Record<string, string>>;
}

/** The preferences of whoever asks: the user's, or what this browser was last used with. */
export async function readPreferences({ site, viewer, cookies }: Asker): Promise<Preferences> {
  if (viewer.id === null) {
    const language = languageOf(cookies[LANGUAGE_COOKIE]);
    return { mode: lastMode(cookies), layout: 'side', keysOff: false, narrow: false, compact: false, language };
  }
  const { id } = viewer;
  return site.cache.remember(`admin-preferences:${id}`, { tags: [`user:${id}`], ttl: 3600 }, async () => {
    const meta = (await site.meta.of('user', [id], Object.values(KEYS))).get(id) ?? {};
    return {
      mode: modeOf(meta[KEYS.mode]?.[0]),
      layout: LAYOUTS.find((layout) => layout === meta[KEYS.layout]?.[0]) ?? 'side',
      keysOff: meta[KEYS.keysOff]?.[0] === '1',
      narrow: meta[KEYS.narrow]?.[0] === '1',
      compact: meta[KEYS.compact]?.[0] === '1',
      language: languageOf(meta[KEYS.language]?.[0]),
    };
  });
}

/** Changes some of the preferences of whoever asks. */
export async function savePreferences(context: Context, changes: Partial<Preferences>): Promise<void> {
  const { site, viewer } = context;
  if (changes.mode !== undefined) rememberMode(context, changes.mode);
  if (changes.language !== undefined)
    context.setCookie(LANGUAGE_COOKIE, languageOf(changes.language), { maxAge: changes.language ? YEAR_S : 0 });
  if (viewer.id === null) return;
  for (const name of Object.keys(KEYS) as (keyof Preferences)[]) {
    const value = changes[name];
    if (value === undefined) continue;
    await site.meta.set('user', viewer.id, KEYS[name], [value === true ? '1' : value === false ? '0' : value]);
  }
  await site.cache.invalidate([`user:${viewer.id}`]);
}

/** The mode for the pages before log-in. */
export function rememberMode(context: Context, mode: Mode): void {
  context.setCookie(COOKIE, mode, { maxAge: YEAR_S });
}

const OWN_MAX = 60_000;
const OWN_NAME = /^[a-z][a-z0-9:_-]{0,100}$/;

/**
 * What somebody chose in a screen, such as the columns of a list: kept with the user as JSON, so that it is the same on
 * all devices. Whoever reads it checks its shape: an older version of the plugin may have written it.
 */
export async function readOwnPreference(site: Site, userId: number, name: string): Promise<unknown> {
  return site.cache.remember(`preference:${userId}:${name}`, { tags: [`user:${userId}`], ttl: 3600 }, async () => {
    const [text] =
      (await site.meta.of('user', [userId], [`admin_own_${name}`])).get(userId)?.[`admin_own_${name}`] ?? [];
    return text === undefined ? null : (JSON.parse(text) as unknown);
  });
}

/** Keeps what somebody chose; null forgets it. @throws GALLEY_INPUT_INVALID when name or value are too long */
export async function saveOwnPreference(site: Site, userId: number, name: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  if (!OWN_NAME.test(name) || text.length > OWN_MAX)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `The preference "${name.slice(0, 100)}" cannot be kept: it is too long.`,
    );
  await site.meta.set('user', userId, `admin_own_${name}`, value === null ? [] : [text]);
  await site.cache.invalidate([`user:${userId}`]);
}
