import type { Context } from '../http/context.ts';

/** How a notice looks and how urgent it is read out. */
export type NoticeKind = 'success' | 'info' | 'warning' | 'danger';

/** Something that is said once, above a screen. */
export interface Notice {
  kind: NoticeKind;
  text: string;
  /** Who says it, where it is not the site itself; stands in front. */
  from?: string;
  link?: { label: string; url: string };
  /** Further ways on, after the first. */
  links?: readonly { label: string; url: string }[];
  /** A button that takes back what was done: a form of its own. */
  undo?: { label: string; action: string; values?: Record<string, string> };
}

const COOKIE = 'galley-notice';
const PURPOSE = 'admin-notice';
const LIFE_S = 120;
const MAX_LENGTH = 3000;

/**
 * Keeps a notice for the page that comes after a redirect: in a cookie of a few minutes, signed for this user, so that
 * nobody else can put words on the screen.
 */
export function flash(context: Context, notice: Notice): void {
  const whole = encode(notice);
  const text = whole.length > MAX_LENGTH ? encode({ kind: notice.kind, text: notice.text.slice(0, 500) }) : whole;
  const mac = context.site.keys.sign(PURPOSE, signed(context, text));
  context.setCookie(COOKIE, `${text}.${mac}`, { maxAge: LIFE_S, path: '/admin', sameSite: 'strict' });
}

function encode(notice: Notice): string {
  return Buffer.from(JSON.stringify(notice)).toString('base64url');
}

/** The notice that was kept, if any; it is shown once. */
export function takeFlash(context: Context): Notice | undefined {
  const value = context.cookies[COOKIE];
  if (value === undefined) return undefined;
  context.setCookie(COOKIE, '', { maxAge: 0, path: '/admin', sameSite: 'strict' });
  const [text = '', mac = ''] = value.split('.');
  if (!context.site.keys.verify(PURPOSE, signed(context, text), mac)) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Notice;
}

function signed(context: Context, text: string): string {
  return `${context.viewer.id ?? 0}.${text}`;
}
