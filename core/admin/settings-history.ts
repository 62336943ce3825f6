import type { HistoryPart, Snapshot } from '../content/histories.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { type SettingsField, saveSettings, settingsFields, settingsValues } from './settings.ts';

const KIND = 'settings';

/** The fields that a history keeps: secrets never are. */
async function keptFields(site: Site, name: string): Promise<SettingsField[]> {
  return (await settingsFields(site, name)).filter(({ secret }) => secret === undefined);
}

const read = async (site: Site, name: string): Promise<Snapshot> => settingsValues(site, await keptFields(site, name));

/** Runs a change of a page of settings, and keeps what the page was before and is now. */
export async function recordSettings(
  { site, viewer }: { site: Site; viewer: Viewer },
  name: string,
  change: () => Promise<void>,
): Promise<void> {
  const before = await read(site, name);
  await change();
  await site.histories.record(KIND, name, await read(site, name), { before, viewer });
}

function shown({ field }: SettingsField, value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  const choice = field.choices?.[String(value)];
  if (choice !== undefined) return choice;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Gives each page of settings a history. */
export function defineSettingsHistory(site: Site): void {
  site.histories.define(KIND, {
    title: 'Settings',
    async find(name, viewer) {
      const page = site.admin.settings.get(name);
      if (!page || !viewer.can(page.capability ?? 'manage_options')) return undefined;
      return { title: page.title, url: `/admin/settings/${name}` };
    },
    read: (name) => read(site, name),
    async parts(name): Promise<HistoryPart[]> {
      const fields = await keptFields(site, name);
      return fields.map((field) => ({
        name: field.name,
        label: field.field.label ?? field.name,
        show: (value) => shown(field, value),
      }));
    },
    async restore(name, changes, viewer) {
      const fields = (await keptFields(site, name)).filter((field) => changes[field.name] !== undefined);
      const before = await read(site, name);
      await saveSettings(site, fields, changes);
      // The options say what they are now only when the transaction is over.
      await site.histories.record(KIND, name, { ...before, ...changes }, { before, viewer });
    },
  });
}
