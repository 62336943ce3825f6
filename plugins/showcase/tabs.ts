import type { ScreenContext } from 'galley';

const TABS = [
  { label: 'Components', url: '/admin/showcase' },
  { label: 'Fields', url: '/admin/showcase/fields' },
  { label: 'Panels', url: '/admin/showcase/panels' },
  { label: 'Blocks', url: '/admin/showcase/blocks' },
] as const;

/** The tabs above each screen of the showcase, and what all of them need. */
export async function frameOf({ site }: ScreenContext, current: (typeof TABS)[number]['label']) {
  return {
    tabs: TABS.map((tab) => ({ ...tab, current: tab.label === current })),
    stylesheets: [await site.assets.url('showcase', 'showcase.css')],
  };
}
