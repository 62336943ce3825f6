import { type Context, escapeXml, Reply } from 'galley';

/** What the address of an avatar says: nothing but letters and a colour, so it tells nothing of anybody. */
export interface AvatarFacts {
  initials: string;
  /** Colour as an angle, 0 to 359. */
  hue: number;
}

const LETTER = /[\p{L}\p{N}]/u;

/** The first letters of the first and the last word of a name; `?` where it has none. */
export function initialsOf(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => LETTER.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => LETTER.exec(word ?? '')?.[0] ?? '');
  return [...letters.join('').toUpperCase()].slice(0, 2).join('') || '?';
}

/** The same colour for the same name, everywhere and always. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name.normalize('NFC')) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return hash % 360;
}

/** Where the picture of a name is: on this site, no third party learns who reads. */
export function avatarPath(name: string): string {
  return `/avatar/${hueOf(name)}/${encodeURIComponent(initialsOf(name))}.svg`;
}

/** The picture: white letters on a colour dark enough for them (contrast above 4.5). */
export function avatarSvg({ initials, hue }: AvatarFacts): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">',
    `<rect width="96" height="96" fill="hsl(${hue},45%,30%)"/>`,
    '<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="38" font-weight="600"',
    ` text-anchor="middle" dominant-baseline="central">${escapeXml(initials)}</text></svg>`,
  ].join('');
}

/** What an address of an avatar must look like. */
export const avatarParams = {
  type: 'object',
  properties: {
    hue: { type: 'integer', minimum: 0, maximum: 359 },
    initials: { type: 'string', pattern: '^(?:[\\p{L}\\p{N}]{1,2}|\\?)$' },
  },
} as const;

/** Answers with the picture. It never changes, so browsers may keep it. */
export function showAvatar({ params }: Context<{ hue: number; initials: string }>): Reply {
  return new Reply(avatarSvg(params), {
    headers: { 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' },
  });
}
