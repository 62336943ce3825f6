/**
 * A colour by lightness (0 to 1), chroma and hue in degrees. The numbers below are those of Björn Ottosson, "A
 * perceptual color space for image processing" (2020), as CSS Color 4 has them.
 */
export interface Oklch {
  l: number;
  c: number;
  h: number;
}

type Triple = readonly [number, number, number];

const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** The colour of `#1d6f73` or `#abc`. */
export function oklchOf(hex: string): Oklch {
  const short = /^#(.)(.)(.)$/.exec(hex);
  const digits = short ? short.slice(1).map((digit) => digit + digit) : (hex.slice(1).match(/../g) ?? []);
  const [r = 0, g = 0, b = 0] = digits.map((part) => toLinear(Number.parseInt(part, 16) / 255));
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const middle = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short3 = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short3;
  const x = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short3;
  const y = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short3;
  return { l, c: Math.hypot(x, y), h: ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360 };
}

function linearOf({ l, c, h }: Oklch): Triple {
  const [x, y] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const long = (l + 0.3963377774 * x + 0.2158037573 * y) ** 3;
  const middle = (l - 0.1055613458 * x - 0.0638541728 * y) ** 3;
  const short = (l - 0.0894841775 * x - 1.291485548 * y) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

/** The same colour with as much chroma as screens of the usual kind can show. */
export function shownColor(color: Oklch): Oklch {
  let { c } = color;
  const isShown = (): boolean => linearOf({ ...color, c }).every((part) => part > -0.0005 && part < 1.0005);
  while (c > 0 && !isShown()) c = Math.max(0, c - 0.002);
  return { ...color, c };
}

function luminance(color: Oklch): number {
  const [r, g, b] = linearOf(color).map((part) => Math.min(1, Math.max(0, part))) as unknown as Triple;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours as WCAG 2.2 counts it: from 1 to 21. */
export function contrastOf(one: Oklch, other: Oklch): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** As stylesheets write it. */
export function oklchText({ l, c, h }: Oklch): string {
  return `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${h.toFixed(1)})`;
}
