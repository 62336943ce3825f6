import { GalleyError } from 'galley';
import sanitizeHtml from 'sanitize-html';

/** Most bytes of an SVG picture; larger ones are no drawings that people make by hand or by program for a page. */
const MAX_BYTES = 1_000_000;
const MAX_TAGS = 20_000;

const TAGS = [
  'svg',
  'g',
  'defs',
  'symbol',
  'title',
  'desc',
  'path',
  'rect',
  'circle',
  'ellipse',
  'line',
  'polyline',
  'polygon',
  'text',
  'tspan',
  'textPath',
  'clipPath',
  'mask',
  'linearGradient',
  'radialGradient',
  'stop',
  'pattern',
  'marker',
  'use',
];
const ATTRIBUTES = [
  'id',
  'class',
  'x',
  'y',
  'x1',
  'y1',
  'x2',
  'y2',
  'cx',
  'cy',
  'r',
  'rx',
  'ry',
  'fx',
  'fy',
  'd',
  'dx',
  'dy',
  'points',
  'width',
  'height',
  'viewBox',
  'preserveAspectRatio',
  'transform',
  'gradientTransform',
  'gradientUnits',
  'spreadMethod',
  'patternTransform',
  'patternUnits',
  'patternContentUnits',
  'clipPathUnits',
  'maskUnits',
  'maskContentUnits',
  'markerWidth',
  'markerHeight',
  'markerUnits',
  'refX',
  'refY',
  'orient',
  'offset',
  'stop-color',
  'stop-opacity',
  'fill',
  'fill-opacity',
  'fill-rule',
  'clip-rule',
  'clip-path',
  'mask',
  'stroke',
  'stroke-width',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-miterlimit',
  'stroke-dasharray',
  'stroke-dashoffset',
  'stroke-opacity',
  'opacity',
  'color',
  'display',
  'visibility',
  'vector-effect',
  'paint-order',
  'marker-start',
  'marker-mid',
  'marker-end',
  'text-anchor',
  'dominant-baseline',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'letter-spacing',
  'startOffset',
  'xmlns',
  'role',
  'aria-label',
  'xml:space',
  'version',
  'href',
  'xlink:href',
  'xmlns:xlink',
];
/** Attributes whose values may lead elsewhere: only to a part of the same picture. */
const LINKS = new Set(['href', 'xlink:href']);

/** A cleaned drawing. */
export interface CleanSvg {
  text: string;
  width: number;
  height: number;
}

/** A drawing begins with its root, after at most a declaration and comments. */
const ROOT = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/;

const refuse = (message: string): GalleyError => new GalleyError('GALLEY_FILE_REFUSED', message);

/**
 * A drawing with nothing left but shapes, colours and text: no scripts, no events, no styles, no links out, no foreign
 * elements, no animation. What the list does not name does not stay.
 *
 * @throws GALLEY_FILE_REFUSED for what is no drawing, declares entities, or is too large
 */
export function cleanSvg(bytes: Uint8Array): CleanSvg {
  if (bytes.length > MAX_BYTES) throw refuse('The SVG picture is larger than 1 MB.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GalleyError('GALLEY_FILE_REFUSED', 'The SVG picture is not text in UTF-8.', { cause });
  }
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw refuse('The SVG picture declares a document type. Save it without one.');
  if ((text.match(/</g) ?? []).length > MAX_TAGS) throw refuse(`The SVG picture has more than ${MAX_TAGS} parts.`);
  if (!ROOT.test(text)) throw refuse('The file is no SVG picture.');
  const clean = sanitizeHtml(text, {
    allowedTags: TAGS,
    allowedAttributes: { '*': ATTRIBUTES },
    allowedSchemes: [],
    allowProtocolRelative: false,
    disallowedTagsMode: 'completelyDiscard',
    parser: { xmlMode: true, lowerCaseTags: false, lowerCaseAttributeNames: false, decodeEntities: true },
    transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: safeAttributes(attribs) }) },
    exclusiveFilter: ({ tag, attribs }) => tag === 'use' && !('href' in attribs || 'xlink:href' in attribs),
  }).trim();
  const root = /^<svg\b[^>]*>/.exec(clean)?.[0];
  if (!root) throw refuse('The file is no SVG picture.');
  const namespaced = root.includes(' xmlns="http://www.w3.org/2000/svg"')
    ? clean
    : clean.replace(/^<svg\b/, '<svg xmlns="http://www.w3.org/2000/svg"');
  return { text: `${namespaced}\n`, ...sizeOf(root) };
}

function safeAttributes(attribs: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attribs)) {
    if (LINKS.has(name) ? !/^#[\w-]+$/.test(value.trim()) : !isPlain(name, value)) continue;
    kept[name] = value;
  }
  return kept;
}

/** Whether a value can lead nowhere but to a part of the same picture. */
function isPlain(name: string, value: string): boolean {
  if (name === 'xmlns') return value === 'http://www.w3.org/2000/svg';
  if (name === 'xmlns:xlink') return value === 'http://www.w3.org/1999/xlink';
  if (/[\\\0]|&\{|expression|javascript:|data:|@import/i.test(value)) return false;
  return !/url\s*\(/i.test(value) || /^\s*url\(\s*["']?#[\w-]+["']?\s*\)\s*$/.test(value);
}

function sizeOf(root: string): { width: number; height: number } {
  const read = (name: string): number | undefined => {
    const value = new RegExp(`\\s${name}="([0-9.]+)(?:px)?"`).exec(root)?.[1];
    return value ? Number(value) : undefined;
  };
  const box = /\sviewBox="([^"]*)"/
    .exec(root)?.[1]
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const width = read('width') ?? box?.[2] ?? 300;
  const height = read('height') ?? box?.[3] ?? 150;
  const whole = (size: number): number => Math.min(16_000, Math.max(1, Math.round(Number.isFinite(size) ? size : 300)));
  return { width: whole(width), height: whole(height) };
}
