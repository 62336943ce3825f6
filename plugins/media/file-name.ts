import { randomBytes } from 'node:crypto';
import { slugify } from 'galley';
import { extensionOf } from './media-types.ts';

const MAX_NAME = 100;
const MAX_SLUG = 60;

/** A name as people see it: without folders and characters that hide or break something, with one extension. */
export function cleanName(given: string): string {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = base
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[:*?"<>|]/g, '-')
    .trim()
    .replace(/^\.+|\.+$/g, '');
  const extension = extensionOf(plain).replace(/[^a-z0-9]/g, '');
  const stem = (extensionOf(plain) ? plain.slice(0, plain.lastIndexOf('.')) : plain).replace(/\.+/g, '-').trim();
  const ending = extension ? `.${extension}` : '';
  const kept = [...stem].slice(0, MAX_NAME - ending.length).join('');
  return `${kept || 'file'}${ending}`;
}

/** A name without its extension: what an upload is called until somebody gives it a title. */
export function titleOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/**
 * Where a file is stored, without extension: ours, never taken from the name but for a slug that tells people what it
 * is. No two are equal, so what is at an address never changes.
 */
export function newStoragePath(name: string, now = new Date()): string {
  const month = String(now.getUTCMonth() + 1).padStart(2, '0');
  const slug = slugify(titleOf(name), MAX_SLUG) || 'file';
  return `${now.getUTCFullYear()}/${month}/${randomBytes(5).toString('hex')}-${slug}`;
}

/** A path as it stands in a URL. */
export function pathToUrl(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
