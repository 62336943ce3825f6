import { domainToASCII } from 'node:url';
import { GalleyError } from 'galley';

/** Somebody's address: never a list of them, and never a line break in it. */
export interface MailAddress {
  /** Empty where there is none. */
  name: string;
  address: string;
}

const NAME_MAX = 250;
const ADDRESS_MAX = 254;
/** Control characters, line and paragraph separators, and what turns the direction of a line around. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function refuse(why: string): never {
  throw new GalleyError('GALLEY_INPUT_INVALID', `This is no e-mail address: ${why}.`);
}

/** A field of a mail's head as one line. @throws GALLEY_INPUT_INVALID for line breaks and other control characters */
export function headField(text: string, what: string, max: number): string {
  if (FORBIDDEN.test(text))
    throw new GalleyError('GALLEY_INPUT_INVALID', `The ${what} of a mail is one line, without control characters.`);
  if (text.length > max) throw new GalleyError('GALLEY_INPUT_INVALID', `The ${what} of a mail is too long.`);
  return text.trim();
}

/**
 * One address, taken apart: `ada@example.org` or `Ada Lovelace <ada@example.org>`.
 * @throws GALLEY_INPUT_INVALID for more than one, for none, and for control characters anywhere
 */
export function parseAddress(text: string): MailAddress {
  if (FORBIDDEN.test(text)) refuse('it has a line break or another control character');
  const [, quoted = '', bracketed] = /^(.*?)<([^<>]*)>$/s.exec(text.trim()) ?? [];
  const name = bracketed === undefined ? '' : quoted.trim().replace(/^"(.*)"$/s, '$1');
  return checkAddress({ name, address: bracketed ?? text });
}

/** An address whose name is known by itself. @throws GALLEY_INPUT_INVALID */
export function checkAddress({ name, address }: MailAddress): MailAddress {
  if (FORBIDDEN.test(name) || name.length > NAME_MAX) refuse('its name is too long or has a line break');
  const given = address.trim();
  const at = given.lastIndexOf('@');
  const [local, domain] = [given.slice(0, at), domainToASCII(given.slice(at + 1).toLowerCase())];
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) refuse('what stands before the @ is wrong');
  if (!HOST.test(domain) || given.length > ADDRESS_MAX) refuse('what stands behind the @ is no host');
  return { name: name.trim(), address: `${local}@${domain}` };
}

/** The same without what a head may not hold: for names that somebody else wrote long ago. */
export function plainLine(text: string, max = NAME_MAX): string {
  return text.replace(new RegExp(FORBIDDEN, 'gu'), ' ').replace(/\s+/g, ' ').trim().slice(0, max);
}
