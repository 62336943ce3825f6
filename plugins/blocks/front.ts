import { join } from 'node:path';
import type { Site, View } from 'galley';

const FOLDER = 'blocks';

/** Makes the style sheet known; it is built when a page first needs it. */
export function defineAssets(site: Site): void {
  site.assets.folder(FOLDER, join(import.meta.dirname, 'assets'));
}

/** Adds the blocks' style sheet to a page. */
export async function addStylesheet(site: Site, view: View): Promise<View> {
  if (!view.theme) return view;
  const address = await site.assets.url(FOLDER, 'blocks.css');
  return { ...view, theme: { ...view.theme, stylesheets: [...view.theme.stylesheets, address] } };
}
