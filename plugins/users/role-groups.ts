import type { Site } from 'galley';

/** A capability as the grid shows it. */
export interface ShownCapability {
  name: string;
  label: string;
}

/** Capabilities that belong together. */
export interface CapabilityGroup {
  id: string;
  title: string;
  capabilities: ShownCapability[];
}

const PLACES: readonly [id: string, title: string, pattern: RegExp][] = [
  ['people', 'People', /_users$/],
  ['plugins', 'Plugins', /_plugins$/],
  ['design', 'Design', /theme/],
  [
    'content',
    'Content as a whole',
    /^(upload_files|manage_categories|manage_links|moderate_comments|unfiltered_html)$|terms|comments|media|files/,
  ],
];
const REST = ['site', 'The site'] as const;

/** All capabilities in groups: one for each type of content, then what concerns the site. */
export function groupCapabilities(site: Site): CapabilityGroup[] {
  const types = new Map(
    site.types
      .list()
      .map(({ value }) => [value.capability, value.title] as const)
      .reverse(),
  );
  const groups = new Map<string, CapabilityGroup>();
  for (const { name, value } of site.capabilities.list()) {
    const [id, title] = placeOf(name, types);
    const group = groups.get(id) ?? { id, title, capabilities: [] };
    group.capabilities.push({ name, label: value.label });
    groups.set(id, group);
  }
  const order = [...types.keys().map((type) => `type-${type}`), 'content', 'people', 'design', 'plugins', REST[0]];
  return [...groups.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

function placeOf(name: string, types: ReadonlyMap<string, string>): readonly [string, string] {
  for (const [capability, title] of types)
    if (new RegExp(`^(edit|publish|delete|read)_((others|private|published)_)?${capability}s$`).test(name))
      return [`type-${capability}`, title];
  const [id, title] = PLACES.find(([, , pattern]) => pattern.test(name)) ?? REST;
  return [id, title];
}
