import type { Site } from '../kernel/site.ts';
import { contrastOf, type Oklch, oklchOf, oklchText, shownColor } from '../lib/colors.ts';

/** What WCAG 2.2 AA asks of words, and a little for rounding. */
const ENOUGH = 4.55;
const STEP = 0.005;

/** What stands in the stylesheet of the admin (`tokens.css`): the grounds that words in the accent may stand on. */
const LIGHT = {
  grounds: [
    { l: 0.975, c: 0.008, h: 88 },
    { l: 0.95, c: 0.012, h: 88 },
    { l: 0.995, c: 0.003, h: 88 },
  ],
  onAccent: { l: 0.985, c: 0.006, h: 88 },
  wash: { l: 0.92, c: 0.03 },
  bounds: [0.28, 0.62],
  chroma: 0.2,
  step: -STEP,
  strong: -0.065,
} as const;
const DARK = {
  grounds: [
    { l: 0.2, c: 0.009, h: 215 },
    { l: 0.172, c: 0.008, h: 215 },
    { l: 0.243, c: 0.011, h: 215 },
  ],
  onAccent: { l: 0.2, c: 0.02, h: 215 },
  wash: { l: 0.305, c: 0.04 },
  bounds: [0.72, 0.9],
  chroma: 0.12,
  step: STEP,
  strong: 0.06,
} as const;

/** The shades of an accent in one mode. */
interface Shades {
  accent: Oklch;
  strong: Oklch;
  wash: Oklch;
  onAccent: Oklch;
}

/** The shades of a colour in both modes, and where it had to become another one to be read. */
interface Accent {
  light: Shades;
  dark: Shades;
  isDarkened: boolean;
  isLightened: boolean;
}

function shadesOf(chosen: Oklch, mode: typeof LIGHT | typeof DARK): Shades {
  const { grounds, onAccent, step, bounds } = mode;
  const c = Math.min(chosen.c, mode.chroma);
  const wash = shownColor({ ...mode.wash, c: Math.min(mode.wash.c, c * 0.4), h: chosen.h });
  let accent = shownColor({ l: Math.min(Math.max(chosen.l, bounds[0]), bounds[1]), c, h: chosen.h });
  // Black on white and white on black end it at the latest.
  while ([...grounds, wash, onAccent].some((ground) => contrastOf(accent, ground) < ENOUGH))
    accent = shownColor({ ...accent, l: accent.l + step, c });
  const strong = shownColor({ ...accent, l: accent.l + mode.strong, c });
  return { accent, strong, wash, onAccent };
}

const NOTICEABLE = 0.02;

/** The shades of a colour such as `#1d6f73`: its hue, as light or dark as words have to be in each mode. */
export function accentOf(hex: string): Accent {
  const chosen = oklchOf(hex);
  const [light, dark] = [shadesOf(chosen, LIGHT), shadesOf(chosen, DARK)];
  return {
    light,
    dark,
    isDarkened: chosen.l - light.accent.l > NOTICEABLE,
    isLightened: dark.accent.l - chosen.l > NOTICEABLE,
  };
}

function declarations({ accent, strong, wash, onAccent }: Shades): string {
  const values = { accent, 'accent-strong': strong, 'accent-wash': wash, 'on-accent': onAccent };
  return Object.entries(values)
    .map(([name, value]) => `--color-${name}:${oklchText(value)}`)
    .join(';');
}

/** The stylesheet that gives the admin another accent, by day and by night. */
function accentCss(hex: string): string {
  const { light, dark } = accentOf(hex);
  return [
    `:root{${declarations(light)}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${declarations(dark)}}}`,
    `:root[data-theme=dark]{${declarations(dark)}}`,
  ].join('\n');
}

interface Sheet {
  hex: string;
  path: Promise<string>;
  /** The same, once it is there. */
  made?: string;
}

const sheets = new WeakMap<Site, Sheet>();

/** The address of the stylesheet of the accent that was chosen; undefined where none was. */
export async function accentSheet(site: Site): Promise<string | undefined> {
  const hex = (await site.options.get<string>('admin_accent')).toLowerCase();
  const known = sheets.get(site);
  if (known?.hex === hex) return known.path;
  sheets.delete(site);
  if (hex === '') return undefined;
  const path = site.assets.add('accent.css', accentCss(hex)).then((asset) => asset.path);
  const sheet: Sheet = { hex, path };
  sheets.set(site, sheet);
  path.then(
    (made) => {
      sheet.made = made;
    },
    () => sheets.delete(site), // The next one tries again.
  );
  return path;
}

/** The same as it was when somebody last asked, at once: for pages that are made when the store may be gone. */
export const knownAccentSheet = (site: Site): string | undefined => sheets.get(site)?.made;

const HELP =
  'Buttons, links and what is chosen have it, for everybody in the admin. Leave it empty for the colour of before.';
const CHANGED = {
  both: 'So that words stay readable, the colour is shown darker by day and lighter by night. Leave it empty for the colour of before.',
  light: 'So that words stay readable, the colour is shown darker by day. Leave it empty for the colour of before.',
  dark: 'So that words stay readable, the colour is shown lighter by night. Leave it empty for the colour of before.',
};

function helpOf(hex: string): string {
  const { isDarkened, isLightened } = accentOf(hex);
  if (isDarkened && isLightened) return CHANGED.both;
  if (isDarkened) return CHANGED.light;
  return isLightened ? CHANGED.dark : HELP;
}

/** The colour of the admin, which an administrator chooses for all. */
export function addAccent(site: Site): void {
  site.options.define('admin_accent', {
    default: '',
    schema: { type: 'string', pattern: '^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}))?$', maxLength: 7 },
    label: 'Colour of the admin',
  });
  site.assets.onMiss(() => accentSheet(site));
  site.admin.settings.define('admin', {
    title: 'Admin',
    order: 4,
    options: ['admin_accent'],
    fields: async () => {
      const hex = await site.options.get<string>('admin_accent');
      return { admin_accent: { kind: 'color', help: hex === '' ? HELP : helpOf(hex) } };
    },
  });
}
