import type { Owned } from '../kernel/site.ts';
import type { Area } from './routes.ts';

const PERMISSIONS =
  'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()';

type Directives = Record<string, readonly string[]>;

const POLICIES: Record<Area | 'file', Directives> = {
  public: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'media-src': ["'self'", 'https:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    // Which players may stand in a page is the sanitiser's business: it knows the hosts and puts them into a sandbox.
    'frame-src': ["'self'", 'https:'],
    'manifest-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'self'"],
  },
  admin: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'"],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  },
  api: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  file: { 'default-src': ["'none'"], sandbox: [] },
};

interface Addition {
  area: Area;
  directive: string;
  source: string;
  owner: string;
}

/**
 * The content security policies. Scripts in pages are allowed by the hash of their text and never by a nonce, since a
 * nonce in a page that is cached for everybody is public.
 */
export class ContentSecurityPolicy implements Owned {
  readonly #owner: string;
  readonly #additions: Addition[];
  readonly #texts: Map<string, string>;

  constructor(owner = 'core', additions: Addition[] = [], texts = new Map<string, string>()) {
    this.#owner = owner;
    this.#additions = additions;
    this.#texts = texts;
  }

  ownedBy(owner: string): this {
    return new ContentSecurityPolicy(owner, this.#additions, this.#texts) as this;
  }

  /** Drops what `owner` allowed. */
  removeOwner(owner: string): void {
    const kept = this.#additions.filter((addition) => addition.owner !== owner);
    this.#additions.splice(0, this.#additions.length, ...kept);
    this.#texts.clear();
  }

  /**
   * Allows one more source, for instance the frames of a video host.
   * @example site.csp.allow('public', 'frame-src', 'https://www.youtube-nocookie.com');
   */
  allow(area: Area, directive: string, source: string): void {
    this.#additions.push({ area, directive, source, owner: this.#owner });
    this.#texts.clear();
  }

  /** Allows an inline script by the SHA-256 of its exact text, in base64. */
  allowScript(area: Area, sha256: string): void {
    this.allow(area, 'script-src', `'sha256-${sha256}'`);
  }

  /** The text of the header for an area. */
  header(area: Area | 'file'): string {
    const known = this.#texts.get(area);
    if (known !== undefined) return known;
    const directives = new Map(Object.entries(POLICIES[area]).map(([name, sources]) => [name, [...sources]]));
    for (const { area: where, directive, source } of this.#additions) {
      if (where === area) directives.set(directive, [...(directives.get(directive) ?? []), source]);
    }
    const made = [...directives].map(([name, sources]) => [name, ...new Set(sources)].join(' ')).join('; ');
    this.#texts.set(area, made);
    return made;
  }
}

/** The headers that every answer of an area carries unless its handler set them. */
export function securityHeaders(
  csp: ContentSecurityPolicy,
  area: Area | 'file',
  hstsSeconds: number,
): Map<string, string> {
  const isPublic = area === 'public' || area === 'file';
  const headers = new Map([
    ['content-security-policy', csp.header(area)],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', isPublic ? 'strict-origin-when-cross-origin' : 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', area === 'file' ? 'cross-origin' : 'same-origin'],
    ['permissions-policy', PERMISSIONS],
    ['x-frame-options', isPublic ? 'SAMEORIGIN' : 'DENY'],
  ]);
  if (hstsSeconds > 0) headers.set('strict-transport-security', `max-age=${hstsSeconds}; includeSubDomains`);
  return headers;
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The content security policies of pages, admin and API. */
    readonly csp: ContentSecurityPolicy;
  }
}
