import type { ScreenContext } from 'galley';

const SCREENS = [
  { name: 'installed', label: 'Installed', url: '/admin/plugins', capability: 'activate_plugins' },
  { name: 'find', label: 'Find plugins', url: '/admin/plugins/find', capability: 'install_plugins' },
  { name: 'updates', label: 'Updates', url: '/admin/plugins/updates', capability: 'update_plugins' },
] as const;

/** The plugin whose screens these are: whoever switches it off cannot switch it on again here. */
export const THESE_SCREENS = 'dashboard';

/** The screens of plugins that somebody may see, with the one that is open. */
export function pluginTabs(
  { viewer }: ScreenContext,
  current: (typeof SCREENS)[number]['name'],
): { label: string; url: string; current: boolean }[] {
  return SCREENS.filter(({ capability }) => viewer.can(capability)).map(({ name, label, url }) => ({
    label,
    url,
    current: name === current,
  }));
}
