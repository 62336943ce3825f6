import { GalleyError } from 'galley';

/** Where WordPress keeps its files. */
export const ALIAS_PREFIX = '/wp-content/uploads/';
const MAX_ALIAS = 500;

/**
 * A former address as it may stand in the table: decoded, in one spelling.
 * @throws GALLEY_INPUT_INVALID
 */
export function checkAlias(alias: string): string {
  const path = alias.normalize('NFC');
  const isSound =
    path.startsWith(ALIAS_PREFIX) &&
    path.length <= MAX_ALIAS &&
    !/[\p{Cc}\\?#]|\/\/|\/\.{1,2}(?:\/|$)/u.test(path) &&
    !path.endsWith('/');
  if (isSound) return path;
  throw new GalleyError(
    'GALLEY_INPUT_INVALID',
    `"${alias.slice(0, 200)}" is no former address: it begins with ${ALIAS_PREFIX} and names a file.`,
  );
}

/** A former address of a copy, such as `x-300x200.jpg`: the address of the file itself and the width that was meant. */
export function readCopyAlias(path: string): { path: string; width: number | undefined } | undefined {
  const sized = /^(.+)-(\d{1,5})x\d{1,5}(\.[A-Za-z0-9]{1,5})$/.exec(path);
  if (sized) return { path: `${sized[1]}${sized[3]}`, width: Number(sized[2]) };
  const scaled = /^(.+)-(?:scaled|rotated)(\.[A-Za-z0-9]{1,5})$/.exec(path);
  return scaled ? { path: `${scaled[1]}${scaled[2]}`, width: undefined } : undefined;
}
