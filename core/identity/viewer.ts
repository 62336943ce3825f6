// Layer: identity. Knows lib, kernel and services.

/** Whoever asks: a person, nobody in particular, or the system itself. Everything that reads content takes one. */
export interface Viewer {
  /** The user's id; null for the anonymous visitor and for the system. */
  readonly id: number | null;
  readonly login: string;
  /** Display name. */
  readonly name: string;
  readonly roles: readonly string[];
  /** Whether the viewer holds a primitive capability such as `edit_posts`. For one object ask `mayDo`. */
  can(capability: string): boolean;
}

/** What a viewer is made of. */
export interface ViewerFacts {
  id: number;
  login: string;
  name: string;
  roles: readonly string[];
}

/** The visitor who is not logged in. Holds no capability; what is published he reads without one. */
export const ANONYMOUS: Viewer = Object.freeze({
  id: null,
  login: '',
  name: '',
  roles: Object.freeze([]),
  can: () => false,
});

/** The system: command line, cron and import. Holds every capability. Never given to a request. */
export const SYSTEM: Viewer = Object.freeze({
  id: null,
  login: 'system',
  name: 'System',
  roles: Object.freeze([]),
  can: () => true,
});

/**
 * The viewer for a user whose capabilities are known already.
 * Ask `site.roles.viewerFor(user)` where they are not.
 */
export function viewerFor(user: ViewerFacts, capabilities: Pick<ReadonlySet<string>, 'has'>): Viewer {
  return Object.freeze({
    id: user.id,
    login: user.login,
    name: user.name,
    roles: Object.freeze([...user.roles]),
    can: (capability: string) => capabilities.has(capability),
  });
}

/** Whether the viewer is a person who is logged in. */
export function isLoggedIn(viewer: Viewer): viewer is Viewer & { readonly id: number } {
  return viewer.id !== null;
}
