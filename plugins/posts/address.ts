import { type Context, type Reply, redirect } from 'galley';

const PAGED = /^(.*?)\/page\/([1-9]\d{0,5})$/;
/** `/hello/2`: an entry and one of its parts. */
const PART = /^(.+)\/([1-9]\d{0,2})$/;
/** Asked for by what an address leads to, not by the address itself. */
const NOT_KEPT = ['p', 'page_id'];

/** Which page of what an address means. */
export interface Address {
  /** Without a slash at its end. */
  path: string;
  page: number;
  /** Whether the address says `/page/1`, which is the address without it. */
  isFirst: boolean;
}

/** Takes `/page/2` off the end of a path. */
export function readAddress(path: string): Address {
  const trimmed = path.replace(/\/+$/, '');
  const match = PAGED.exec(trimmed);
  if (!match) return { path: trimmed, page: 1, isFirst: false };
  const page = Number(match[2]);
  return { path: match[1] ?? '', page, isFirst: page === 1 };
}

/** The path of an entry and the number of its part; undefined where the path names no part. */
export function readPart(path: string): { path: string; part: number } | undefined {
  const match = PART.exec(path);
  return match ? { path: match[1] ?? '', part: Number(match[2]) } : undefined;
}

/** Leads on to the one form of an address, for good, with what the query asks for. @param to a path, encoded */
export function moveTo(context: Context, to: string): Reply {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(context.query))
    if (typeof value === 'string' && !NOT_KEPT.includes(name)) query.set(name, value);
  // One slash in front: two would name another host.
  const path = to.replace(/^\/+/, '/');
  return redirect(query.size > 0 && !path.includes('?') ? `${path}?${query}` : path, 301);
}
