import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { Registry } from './registry.ts';

/**
 * What plugins offer each other. The provider merges the type here.
 *
 * @example
 * declare module 'galley' {
 *   interface Services { mail: { send(message: Message): Promise<void> } }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging.
export interface Services {}

/** Names of the services known to the types. */
export type ServiceName = keyof Services & string;

/** Services by name: how plugins meet without importing each other. */
export class ServiceRegistry extends Registry<unknown> {
  constructor(...rest: ConstructorParameters<typeof Registry<unknown>> | []) {
    super(rest[0] ?? 'service', rest[1], rest[2]);
  }

  /** Offers `api` under `name`. */
  provide<Name extends ServiceName>(name: Name, api: Services[Name]): () => void {
    return this.define(name, api);
  }

  /**
   * The service `name`. Say `"requires": ["name"]` in the manifest, so that it is there.
   * @throws GALLEY_SERVICE_UNKNOWN
   */
  use<Name extends ServiceName>(name: Name): Services[Name] {
    const service = this.get(name);
    if (service !== undefined) return service as Services[Name];
    throw new GalleyError(
      'GALLEY_SERVICE_UNKNOWN',
      `No active plugin provides the service "${name}".${didYouMean(name, this.names())} Add it to "requires" in the manifest.`,
    );
  }

  /** The service `name`, or undefined where the plugin that provides it is not active. */
  find<Name extends ServiceName>(name: Name): Services[Name] | undefined {
    return this.get(name) as Services[Name] | undefined;
  }
}

declare module './site.ts' {
  interface Site {
    /** What plugins offer each other. */
    readonly services: ServiceRegistry;
  }
}
