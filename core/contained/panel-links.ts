import type { DeclaredPanel } from '../kernel/contained-manifest.ts';
import type { PluginInfo } from '../kernel/plugins.ts';

const QUERY_MAX = 500;
const ITEM = /^[A-Za-z0-9_-]{1,60}$/;

/** Makes the address of one of a plugin's own panels; empty where there is no such panel or item. */
export type PanelLink = (to: unknown) => string;

/** Whether something can be the name of an item in the address of a panel. */
export const isItem = (value: string): boolean => ITEM.test(value);

/** The path of a panel, below `/admin`. */
export const panelPath = (plugin: string, panel: string): string => `/plugin/${plugin}/${panel}`;

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What of a query the panel knows: it is never led to with anything else. */
function queryText(given: unknown, { query = [] }: DeclaredPanel): string {
  const wanted = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const known = query.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(wanted, name) ? textOf(wanted[name]).slice(0, QUERY_MAX) : '';
    return value === '' ? [] : [[name, value]];
  });
  return known.length === 0 ? '' : `?${new URLSearchParams(known)}`;
}

/** The links of a panel: `{ panel, item, query }`, each of which may be left out. */
export function panelLinks({ name: plugin, contained }: PluginInfo, here: string): PanelLink {
  const panels = contained?.panels ?? {};
  return (to) => {
    if (typeof to !== 'object' || to === null) return '';
    const { panel = here, item, query } = to as { panel?: unknown; item?: unknown; query?: unknown };
    const name = textOf(panel);
    const declared = Object.hasOwn(panels, name) ? panels[name] : undefined;
    if (!declared) return '';
    const one = textOf(item);
    if (item !== undefined && item !== null && declared.items && !isItem(one)) return '';
    const path = `/admin${panelPath(plugin, name)}${declared.items && one ? `/${one}` : ''}`;
    return path + queryText(query, declared);
  };
}
