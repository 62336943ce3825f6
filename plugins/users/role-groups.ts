import type { ScreenContext } from 'galley';

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

const PLACES: readonly { id: string; title: string; pattern: RegExp }[] = [
  { id: 'people', title: 'People', pattern: /_users$/ },
  { id: 'plugins', title: 'Plugins', pattern: /_plugins$/ },
  { id: 'design', title: 'Design', pattern: /theme/ },
  {
    id: 'content',
    title: 'Content as a whole',
    pattern:
      /^(upload_files|manage_categories|manage_links|moderate_comments|unfiltered_html)$|terms|comments|media|files/,
  },
];
const REST = { id: 'site', title: 'The site' };

/** What one may do with a type of content, as whole sentences. */
const RIGHT_TEXTS: Record<string, string> = {
  edit: 'Write {things}',
  edit_published: 'Edit own published {things}',
  edit_others: 'Edit others’ {things}',
  edit_private: 'Edit others’ private {things}',
  publish: 'Publish {things}',
  read_private: 'Read others’ private {things}',
  delete: 'Delete own {things}',
  delete_published: 'Delete own published {things}',
  delete_others: 'Delete others’ {things}',
  delete_private: 'Delete others’ private {things}',
};

/** What a capability lets one do, in the words of the reader. */
function labelOf(page: ScreenContext, { name, label }: ShownCapability, types: ReadonlyMap<string, string>): string {
  for (const [capability, title] of types) {
    const text = name.endsWith(`_${capability}s`) ? RIGHT_TEXTS[name.slice(0, -capability.length - 2)] : undefined;
    if (text === undefined) continue;
    const things = page.t(title);
    return page.t(text, { things: /^de\b/.test(page.language) ? things : things.toLocaleLowerCase(page.language) });
  }
  return page.t(label);
}

/** All capabilities in groups: one for each type of content, then what concerns the site. */
export function groupCapabilities(page: ScreenContext): CapabilityGroup[] {
  const { site } = page;
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
    group.capabilities.push({ name, label: labelOf(page, { name, label: value.label }, types) });
    groups.set(id, group);
  }
  const order = [...types.keys().map((type) => `type-${type}`), 'content', 'people', 'design', 'plugins', REST.id];
  return [...groups.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

function placeOf(name: string, types: ReadonlyMap<string, string>): readonly [string, string] {
  for (const [capability, title] of types)
    if (new RegExp(`^(edit|publish|delete|read)_((others|private|published)_)?${capability}s$`).test(name))
      return [`type-${capability}`, title];
  const { id, title } = PLACES.find(({ pattern }) => pattern.test(name)) ?? REST;
  return [id, title];
}
