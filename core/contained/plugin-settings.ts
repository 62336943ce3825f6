import type { ContainedManifest } from '../kernel/contained-manifest.ts';
import type { Site } from '../kernel/site.ts';

/** The option that holds all settings of a plugin. */
export const settingsOption = (plugin: string): string => `plugin.${plugin}`;

/** Defines what a contained plugin can be set to, with a page of settings. The site is bound to it. */
export function defineSettings(site: Site, title: string, settings: ContainedManifest['settings']): void {
  if (Object.keys(settings).length === 0) return;
  const name = settingsOption(site.owner);
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, { default: _default, label: _label, ...schema }]) => [key, schema]),
  );
  site.options.define(name, {
    default: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value.default])),
    label: title,
    schema: { type: 'object', additionalProperties: false, properties },
  });
  site.admin.settings.define(`plugin-${site.owner}`, {
    title,
    order: 50,
    options: [name],
    fields: () =>
      Object.fromEntries(
        Object.entries(settings).flatMap(([key, { label }]) => (label ? [[`${name}.${key}`, { label }]] : [])),
      ),
  });
}
