import type { CopySize } from './image-tool.ts';

/** A copy of a picture that there should be. */
export interface WantedCopy extends CopySize {
  /** Its name: `w640` for one of that width, else the theme's name. */
  variant: string;
  /** What its address ends with. */
  suffix: string;
}

/** The sizes of `theme.json`. */
export type ThemeSizes = Readonly<Record<string, { width: number; height?: number; crop?: boolean }>>;

/** Widths that every picture gets, whatever the theme says: what screens from phone to wide ask for. */
export const WIDTHS = [320, 640, 960, 1280, 1920];
/** Two widths nearer than this are one. */
const NEAR = 0.1;

/** The width that a picture gets which must fit into a size. */
export function fittedWidth(
  size: { width: number; height?: number },
  image: { width: number; height: number },
): number {
  const byHeight = size.height === undefined ? size.width : Math.round((size.height * image.width) / image.height);
  return Math.max(1, Math.min(size.width, byHeight));
}

/** The copies that a picture gets: never larger than itself. */
export function wantedCopies(image: { width: number; height: number }, theme: ThemeSizes): WantedCopy[] {
  const cut: WantedCopy[] = [];
  const widths: number[] = [];
  for (const [name, { width, height, crop }] of Object.entries(theme)) {
    if (!crop || height === undefined) widths.push(fittedWidth({ width, height }, image));
    else if (image.width > width && image.height > height)
      cut.push({ variant: name, suffix: `${width}x${height}`, width, height, crop });
  }
  for (const width of WIDTHS) if (!widths.some((own) => Math.abs(own - width) < width * NEAR)) widths.push(width);
  const smaller = [...new Set(widths)].filter((width) => width < image.width).sort((a, b) => a - b);
  return [...smaller.map((width) => ({ variant: `w${width}`, suffix: `${width}w`, width })), ...cut];
}
