import type { FilterHook, Site } from 'galley';
import type { WxrItem, WxrSite } from './wxr-records.ts';

/** Defines what plugins may do while an export comes in. */
export function defineImportHooks(site: Site): void {
  site.hooks.define('import:item', {
    kind: 'filter',
    summary:
      'An item of an export is about to come in. Change it, for instance its type, or return null to leave it out.',
    args: { item: 'the item as the export has it', context: 'the site that the export comes from' },
  });
}

declare module 'galley' {
  interface Hooks {
    'import:item': FilterHook<WxrItem | null, [context: { site: WxrSite }]>;
  }
}
