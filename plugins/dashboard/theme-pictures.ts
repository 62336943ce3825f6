import { messageOf, type Site } from 'galley';

/** What a theme looks like, for lists. */
export interface ThemePictures {
  /** A screenshot that the theme brings as `assets/screenshot.webp` (or png, jpg); empty without one. */
  screenshot: string;
  /** Its style variations by name. */
  variations: string[];
  /** What it offers, in numbers. */
  facts: { menus: number; areas: number; options: number };
  /** Why it cannot be used. */
  problem?: string;
}

const SCREENSHOTS = ['screenshot.webp', 'screenshot.png', 'screenshot.jpg'];

/** Reads what a theme looks like. A theme that cannot be read says why. */
export async function themePictures(site: Site, name: string): Promise<ThemePictures> {
  try {
    const theme = await site.themes.load(name);
    const { variations, menus, widgets, options } = theme.manifest;
    return {
      screenshot: SCREENSHOTS.map((file) => addressOf(theme, file)).find((url) => url !== '') ?? '',
      variations: Object.values(variations).map(({ title }) => title),
      facts: {
        menus: Object.keys(menus).length,
        areas: Object.keys(widgets).length,
        options: Object.keys(options).length,
      },
    };
  } catch (error) {
    const facts = { menus: 0, areas: 0, options: 0 };
    return { screenshot: '', variations: [], facts, problem: messageOf(error) };
  }
}

function addressOf(theme: { assetUrl(name: string): string }, file: string): string {
  try {
    return theme.assetUrl(file);
  } catch {
    return ''; // Most themes have one of the three, or none.
  }
}
