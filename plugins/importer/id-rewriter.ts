/** Finds and replaces the ids of entries in content: a number to a number, or to undefined to leave it. */
export type MapId = (id: number) => number | undefined;

/** Blocks whose attributes name entries, and in which of them. */
const BLOCK_KEYS: Record<string, string> = {
  image: 'id',
  gallery: 'ids?',
  cover: 'id',
  'media-text': 'mediaId',
  file: 'id',
  audio: 'id',
  video: 'id',
  block: 'ref',
  'navigation-link': 'id',
  'navigation-submenu': 'id',
};
const BLOCK = /<!--\s+wp:(?:core\/)?([a-z][a-z0-9-]*)\s+(\{.*?\})\s+\/?-->/gs;
const SHORTCODE = /\[(?:gallery|playlist)\s[^\]]*\]/g;
const SHORTCODE_IDS = /\b((?:ids|include|exclude|id)=(["']?))([\d,\s]+)\2/g;
const IN_HTML = /\b(wp-image-|wp-att-|attachment_)(\d{1,15})\b|(\sdata-id=")(\d{1,15})(?=")/g;

function mapNumbers(text: string, map: MapId): string {
  return text.replace(/\d{1,15}/g, (digits) => String(map(Number(digits)) ?? digits));
}

function mapBlock(whole: string, name: string, json: string, map: MapId): string {
  const keys = BLOCK_KEYS[name];
  const isTerm = name.startsWith('navigation-') && /"kind":"taxonomy"/.test(json);
  if (!keys || isTerm) return whole;
  const changed = json.replace(
    new RegExp(`("(?:${keys})":)(\\d{1,15}|\\[[\\d,\\s]*\\])`, 'g'),
    (_, key: string, value: string) => key + mapNumbers(value, map),
  );
  return whole.replace(json, () => changed);
}

/**
 * Puts other ids in the place of those that blocks, galleries and pictures name.
 *
 * Not idempotent: do it once for each text.
 * @example rewriteIds('[gallery ids="3,4"]', (id) => id + 100) // '[gallery ids="103,104"]'
 */
export function rewriteIds(content: string, map: MapId): string {
  if (!/\d/.test(content)) return content;
  return content
    .replace(BLOCK, (whole, name: string, json: string) => mapBlock(whole, name, json, map))
    .replace(SHORTCODE, (shortcode) =>
      shortcode.replace(
        SHORTCODE_IDS,
        (_, start: string, quote: string, ids: string) => start + mapNumbers(ids, map) + quote,
      ),
    )
    .replace(IN_HTML, (_, name?: string, id?: string, attribute?: string, dataId?: string) =>
      name === undefined ? `${attribute}${map(Number(dataId)) ?? dataId}` : `${name}${map(Number(id)) ?? id}`,
    );
}

/** The ids that content names. */
export function findIds(content: string): number[] {
  const found = new Set<number>();
  rewriteIds(content, (id) => {
    found.add(id);
    return undefined;
  });
  return [...found];
}
