// Layer: kernel. Knows only lib.

/**
 * The only object passed around: everything that belongs to one site. It has no logic of its own. Each layer, and
 * each plugin that provides something, adds its property by declaration merging:
 *
 * @example
 * declare module 'galley' {
 *   interface Site { newsletter: Newsletter }
 * }
 */
export interface Site {
  /** Names the site in cache keys, locks, file paths and rate buckets. */
  readonly id: string;
  /** Who uses this view of the site: `core`, or the name of the plugin that it is bound to. */
  readonly owner: string;
  /** Absolute path of the project (where `config/`, `plugins/` and `themes/` are). */
  readonly root: string;
}

/** A part of the site whose registrations have an owner. */
export interface Owned {
  /** The same part, recording what is added through it as added by `owner`. */
  ownedBy(owner: string): this;
  /** Takes back all that `owner` registered: a plugin that fails half-way through its set-up leaves nothing. */
  removeOwner?(owner: string): void;
}

function isOwned(part: unknown): part is Owned {
  return typeof part === 'object' && part !== null && 'ownedBy' in part && typeof part.ownedBy === 'function';
}

/** The site as a plugin sees it: the same parts, but all it registers is recorded as its own. */
export function siteFor(site: Site, owner: string): Site {
  const bound = Object.create(site) as Record<string, unknown>;
  for (const name of Object.keys(site)) {
    const part: unknown = Reflect.get(site, name);
    if (isOwned(part)) bound[name] = part.ownedBy(owner);
  }
  bound['owner'] = owner;
  return bound as unknown as Site;
}

/** Takes back all registrations of `owner` in every part of the site. */
export function removeOwner(site: Site, owner: string): void {
  for (const part of Object.values(site)) if (isOwned(part)) part.removeOwner?.(owner);
}
