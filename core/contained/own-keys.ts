import type { DeclaredKey } from '../kernel/contained-manifest.ts';
import type { PluginManifest } from '../kernel/plugin-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { Granted } from './granted.ts';

const PLACE = /\{key:([^{}]*)\}/g;

/** Where the key of a plugin is kept: beside no other plugin's, whatever they are called. */
const keyName = (plugin: string, name: string): string => `${plugin}.${name}`;

/** Headers with keys in them. */
export interface FilledHeaders {
  headers: Record<string, string>;
  /** The keys that were filled in. */
  keys: string[];
}

/** Defines the keys of a plugin's manifest, for the screen of keys. The site is bound to it. @throws GALLEY_PLUGIN_INVALID */
export function defineKeys(site: Site, plugin: PluginManifest, keys: Record<string, DeclaredKey>): void {
  for (const [name, definition] of Object.entries(keys)) {
    const { host } = definition;
    // By itself, so that whoever agrees to it reads where keys go, and agrees anew when that changes.
    if (!plugin.capabilities.includes(`key:${host}`))
      throw new GalleyError(
        'GALLEY_PLUGIN_INVALID',
        `The manifest declares the key "${name}" but does not ask for the capability "key:${host}".`,
      );
    site.serviceKeys.define(keyName(plugin.name, name), definition);
  }
}

/**
 * Puts keys in place of `{key:name}` in the values of headers. The plugin gets none of it: this runs in the kernel,
 * after all that the plugin says.
 *
 * @throws GALLEY_PERMISSION_DENIED for a key that is not declared, or for a host that it is not for;
 * GALLEY_INPUT_INVALID where nobody has entered it yet
 */
export async function fillKeys(
  site: Site,
  granted: Granted,
  url: string,
  headers: Record<string, string>,
): Promise<FilledHeaders> {
  const wanted = new Set(
    Object.values(headers).flatMap((value) => [...value.matchAll(PLACE)].map(([, name = '']) => name)),
  );
  const found = new Map<string, string>();
  for (const name of wanted) {
    granted.needKey(name, url);
    const key = await site.serviceKeys.ownedBy(granted.plugin).get(keyName(granted.plugin, name));
    if (key === undefined)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `The key "${name}" is missing. It is entered in Settings, Keys of services.`,
      );
    found.set(name, key);
  }
  const fill = (value: string): string => value.replace(PLACE, (_place, name: string) => found.get(name) ?? '');
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
    keys: [...found.values()],
  };
}

/** A text of an answer without the keys that its request carried: some services repeat what they were sent. */
export function withoutKeys(text: string, keys: readonly string[]): string {
  const signs = keys.flatMap((key) => [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)]);
  return signs.reduce((rest, sign) => rest.replaceAll(sign, '[key]'), text);
}
