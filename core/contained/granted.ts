import type { Viewer } from '../identity/viewer.ts';
import type { DeclaredKey } from '../kernel/contained-manifest.ts';
import type { PluginManifest } from '../kernel/plugin-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

const hostIn = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '');
const WRITABLE = ['draft', 'pending'];

/** What a plugin's manifest gives it: asked at each call, by the kernel and never by the plugin's side. */
export class Granted {
  readonly plugin: string;
  readonly #site: Site;
  readonly #title: string;
  readonly #capabilities: ReadonlySet<string>;
  readonly #keys: Readonly<Record<string, DeclaredKey>>;
  /** What administrators took from it. */
  #revoked: ReadonlySet<string> = new Set();

  constructor(site: Site, { name, title, capabilities, contained }: PluginManifest) {
    this.#site = site;
    this.plugin = name;
    this.#title = title;
    this.#capabilities = new Set(capabilities);
    this.#keys = contained?.keys ?? {};
  }

  has(capability: string): boolean {
    return this.#capabilities.has(capability) && !this.#revoked.has(capability);
  }

  /** Learns what administrators have taken from it by now. */
  withhold(revoked: readonly string[]): void {
    if (revoked.length !== this.#revoked.size || revoked.some((one) => !this.#revoked.has(one)))
      this.#revoked = new Set(revoked);
  }

  /** @throws GALLEY_PERMISSION_DENIED */
  need(capability: string): void {
    if (this.has(capability)) return;
    if (this.#revoked.has(capability))
      throw new GalleyError(
        'GALLEY_PERMISSION_DENIED',
        `"${this.plugin}" may not do this: an administrator has taken "${capability}" from it.`,
      );
    throw new GalleyError(
      'GALLEY_PERMISSION_DENIED',
      `"${this.plugin}" may not do this: its package.json does not ask for "${capability}".`,
    );
  }

  /** @throws GALLEY_PERMISSION_DENIED for a host that is not declared */
  needHost(url: string): void {
    const host = hostIn(url);
    const parent = host.slice(host.indexOf('.') + 1);
    if (host !== '' && this.has(`fetch:*.${parent}`)) return;
    this.need(`fetch:${host}`);
  }

  /** @throws GALLEY_PERMISSION_DENIED for a key that is not declared, or not for the host of the address */
  needKey(name: string, url: string): void {
    const { host } = (Object.hasOwn(this.#keys, name) ? this.#keys[name] : undefined) ?? {};
    if (host === undefined)
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `The manifest of "${this.plugin}" declares no key "${name}".`);
    this.need(`key:${host}`);
    if (hostIn(url) !== host)
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `The key "${name}" goes to ${host} and nowhere else.`);
  }

  /** The statuses of a type that it may read. */
  readable(type: string): string[] {
    const statuses = this.#site.types.get(type) ? ['pending', 'draft', 'private', 'future'] : [];
    const further = statuses.filter((status) => this.has(`content:read:${type}:${status}`));
    return this.has(`content:read:${type}`) ? ['publish', 'inherit', ...further] : further;
  }

  /** Whether it may write an entry of the type that was or becomes `status`. */
  mayWrite(type: string, status: string): boolean {
    if (WRITABLE.includes(status))
      return this.has(`content:write:${type}`) || this.has(`content:write:${type}:${status}`);
    return this.has(`content:write:${type}:${status}`);
  }

  /** Sees what the declared types and statuses let it see, and no more. */
  reader(type: string): Viewer {
    return this.#viewer(
      this.readable(type).some((status) => status !== 'publish' && status !== 'inherit'),
      type,
      ['edit_', 'edit_others_', 'edit_published_', 'read_private_'],
    );
  }

  /** Changes entries of a type; whether it may publish is declared by itself. Never holds `unfiltered_html`. */
  writer(type: string): Viewer {
    const further = this.has(`content:write:${type}:publish`) ? ['edit_published_', 'publish_'] : [];
    const isWriter = this.mayWrite(type, 'draft') || this.mayWrite(type, 'publish');
    return this.#viewer(isWriter, type, ['edit_', 'edit_others_', ...further]);
  }

  /** Moves entries of a type to the trash. */
  remover(type: string): Viewer {
    const verbs = ['delete_', 'delete_others_', 'delete_published_', 'delete_private_'];
    return this.#viewer(this.has(`content:write:${type}:trash`), type, verbs);
  }

  #viewer(isGranted: boolean, type: string, verbs: readonly string[]): Viewer {
    const plural = `${this.#site.types.get(type)?.capability ?? type}s`;
    const held = new Set(isGranted ? verbs.map((verb) => `${verb}${plural}`) : []);
    return Object.freeze({
      id: null,
      login: `plugin:${this.plugin}`,
      name: this.#title,
      roles: Object.freeze([]),
      can: (capability: string) => held.has(capability),
    });
  }
}
