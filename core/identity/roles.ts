import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { CapabilityDefinition } from './capabilities.ts';
import type { RoleChanged } from './identity-hooks.ts';
import { type Viewer, type ViewerFacts, viewerFor } from './viewer.ts';

/** The role that holds every capability and cannot be changed. */
export const ADMINISTRATOR = 'administrator';

/** WordPress's five roles, the most trusted first. */
export const CORE_ROLES: Record<string, RoleDefinition> = {
  [ADMINISTRATOR]: { title: 'Administrator' },
  editor: { title: 'Editor' },
  author: { title: 'Author' },
  contributor: { title: 'Contributor' },
  subscriber: { title: 'Subscriber' },
};

/** A role as core or a plugin defines it; what it may do is said by the capabilities, which name their roles. */
export interface RoleDefinition {
  title: string;
}

/** A role as it is now, with what the administrator changed. */
export interface Role {
  name: string;
  title: string;
  /** Names of capabilities, in the order of their registration. */
  capabilities: string[];
  /** Whether code defines it; a role that an administrator made can be removed. */
  isDefined: boolean;
}

/** What an administrator changed of a role, or all of a role that he made. */
interface RoleChange {
  title?: string;
  grant: string[];
  deny: string[];
}
type RoleChanges = Record<string, RoleChange>;

const NAME = /^[a-z][a-z0-9_-]{0,59}$/;
const OPTION = 'roles';
const NAMES = { type: 'array', maxItems: 1000, items: { type: 'string', maxLength: 100 } };
const SCHEMA = {
  type: 'object',
  maxProperties: 200,
  propertyNames: { pattern: NAME.source },
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['grant', 'deny'],
    properties: { title: { type: 'string', minLength: 1, maxLength: 100 }, grant: NAMES, deny: NAMES },
  },
};

/** Roles: what core and plugins define, changed and added to by administrators. Kept in the option `roles`. */
export class Roles implements Owned {
  readonly #site: Site;
  readonly #defined: Registry<RoleDefinition>;

  constructor(site: Site, defined: Registry<RoleDefinition> = new Registry('role')) {
    this.#site = site;
    this.#defined = defined;
  }

  ownedBy(owner: string): this {
    return new Roles(this.#site, this.#defined.ownedBy(owner)) as this;
  }

  removeOwner(owner: string): void {
    this.#defined.removeOwner(owner);
  }

  /** Registers the option that keeps the changes. Called once, when the site starts. */
  register(): void {
    this.#site.options.define(OPTION, { default: {}, schema: SCHEMA, autoload: true, label: 'Roles' });
    for (const [name, definition] of Object.entries(CORE_ROLES)) this.#defined.define(name, definition);
  }

  /**
   * Defines a role in code. Its capabilities are those whose definition names it.
   * @example site.roles.define('shop_manager', { title: 'Shop manager' })
   */
  define(name: string, definition: RoleDefinition): () => void {
    assertName(name);
    return this.#defined.define(name, definition);
  }

  /** All roles: those in code first, then those that administrators made. */
  async list(): Promise<Role[]> {
    const changes = await this.#changes();
    const made = [...changes.keys()].filter((name) => !this.#defined.has(name));
    return [...this.#defined.names(), ...made].map((name) => this.#role(name, changes));
  }

  /** One role, or undefined. */
  async get(name: string): Promise<Role | undefined> {
    const changes = await this.#changes();
    return this.#defined.has(name) || changes.has(name) ? this.#role(name, changes) : undefined;
  }

  /** The viewer for a user, with the capabilities of his roles as they are now. */
  async viewerFor(user: ViewerFacts): Promise<Viewer> {
    const changes = await this.#changes();
    return viewerFor(user, {
      has: (capability) => user.roles.some((role) => this.#holds(role, capability, changes)),
    });
  }

  /** The capabilities that somebody with these roles holds. */
  async capabilitiesOf(roles: readonly string[]): Promise<string[]> {
    const changes = await this.#changes();
    return this.#site.capabilities
      .names()
      .filter((capability) => roles.some((role) => this.#holds(role, capability, changes)));
  }

  /**
   * Changes a role, or makes a new one.
   *
   * @throws GALLEY_PERMISSION_DENIED when `by` may not, or lacks a capability that the role has or is to have
   * @throws GALLEY_INPUT_INVALID for the administrator's role, a wrong name or an unknown capability
   */
  async save(name: string, role: { title: string; capabilities: readonly string[] }, by: Viewer): Promise<Role> {
    assertName(name);
    if (name === ADMINISTRATOR)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        'The administrator holds every capability; the role cannot be changed.',
      );
    for (const capability of role.capabilities) this.#assertKnown(capability);
    const present = await this.get(name);
    assertMayGrant(by, 'manage_options', [...role.capabilities, ...(present?.capabilities ?? [])]);
    const changes = await this.#change((all) => all.set(name, this.#changeFor(name, role)));
    const saved = this.#role(name, changes);
    await this.#tell({ role: saved, previous: present ?? null, by });
    return saved;
  }

  /**
   * Undoes what was changed of a role that code defines; removes one that an administrator made. Users who have a
   * role that is gone hold nothing by it.
   */
  async remove(name: string, by: Viewer): Promise<void> {
    const present = await this.get(name);
    if (!present) throw new GalleyError('GALLEY_REGISTRY_UNKNOWN', `There is no role "${name}".`, { status: 404 });
    const defaults = this.#defaults(name);
    assertMayGrant(by, 'manage_options', [...present.capabilities, ...defaults]);
    const changes = await this.#change((all) => all.delete(name));
    const role = this.#defined.has(name) ? this.#role(name, changes) : null;
    await this.#tell({ role, previous: present, by });
  }

  async #tell(change: RoleChanged): Promise<void> {
    await this.#site.database.afterCommit(() => this.#site.hooks.doAction('role:changed', change));
  }

  /**
   * Refuses to let somebody touch roles that hold what he does not hold himself.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID for a role that does not exist
   */
  async assertMayAssign(roles: readonly string[], by: Viewer): Promise<void> {
    for (const name of roles) {
      if (!(await this.get(name))) throw new GalleyError('GALLEY_INPUT_INVALID', `There is no role "${name}".`);
    }
    assertMayGrant(by, 'promote_users', await this.capabilitiesOf(roles));
  }

  async #changes(): Promise<Map<string, RoleChange>> {
    return new Map(Object.entries(await this.#site.options.get<RoleChanges>(OPTION)));
  }

  async #change(change: (changes: Map<string, RoleChange>) => void): Promise<Map<string, RoleChange>> {
    const stored = await this.#site.options.update<RoleChanges>(OPTION, (current) => {
      const changes = new Map(Object.entries(current));
      change(changes);
      return Object.fromEntries(changes);
    });
    return new Map(Object.entries(stored));
  }

  #definition(capability: string): CapabilityDefinition | undefined {
    return this.#site.capabilities.get(capability);
  }

  #holds(role: string, capability: string, changes: ReadonlyMap<string, RoleChange>): boolean {
    const definition = this.#definition(capability);
    if (!definition) return false;
    if (capability === 'unfiltered_html' && !this.#site.config.security.unfilteredHtml) return false;
    if (role === ADMINISTRATOR) return true;
    const change = changes.get(role);
    if (change?.deny.includes(capability)) return false;
    return change?.grant.includes(capability) || (this.#defined.has(role) && definition.roles.includes(role));
  }

  #defaults(role: string): string[] {
    return this.#site.capabilities
      .names()
      .filter((name) => this.#defined.has(role) && this.#definition(name)?.roles.includes(role));
  }

  #changeFor(name: string, role: { title: string; capabilities: readonly string[] }): RoleChange {
    const defaults = new Set(this.#defaults(name));
    const wanted = new Set(role.capabilities);
    const grant = [...wanted].filter((capability) => !defaults.has(capability));
    return { title: role.title, grant, deny: [...defaults].filter((capability) => !wanted.has(capability)) };
  }

  #role(name: string, changes: ReadonlyMap<string, RoleChange>): Role {
    const defined = this.#defined.get(name);
    return {
      name,
      title: changes.get(name)?.title ?? defined?.title ?? name,
      capabilities: this.#site.capabilities.names().filter((capability) => this.#holds(name, capability, changes)),
      isDefined: defined !== undefined,
    };
  }

  #assertKnown(capability: string): void {
    if (!this.#site.capabilities.has(capability)) {
      throw new GalleyError('GALLEY_INPUT_INVALID', `There is no capability "${capability}".`);
    }
  }
}

function assertName(name: string): void {
  if (!NAME.test(name)) {
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `"${name}" cannot name a role. Take small letters, digits, - and _, at most 60.`,
    );
  }
}

/** Nobody gives, takes or changes what he does not hold. */
export function assertMayGrant(by: Viewer, right: string, capabilities: readonly string[]): void {
  const lacking = [right, ...capabilities].find((capability) => !by.can(capability));
  if (lacking) {
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `This needs the capability "${lacking}", which you do not hold.`);
  }
}
