// Loaded into a process of a test by --import: switches one guard off by changing its source while it is loaded, so that
// production code needs no switch. GALLEY_GUARD_OFF names it.
import { registerHooks } from 'node:module';

/** A guard and how its code looks without it. */
export interface Guard {
  /** Where it stands, from the project's root. */
  file: string;
  /** Code that occurs exactly once. */
  code: string;
  /** What takes its place. */
  without: string;
  /** The test that must fail then. */
  test: string;
  /** A name of one of its tests, to run no more than is needed. */
  only: string;
}

/** The main guards of the house. */
export const GUARDS: Record<string, Guard> = {
  'origin of unsafe requests': {
    file: 'core/http/csrf.ts',
    code: "  const site = headers['sec-fetch-site'];",
    without: "  if (origins.length > 0) return true;\n  const site = headers['sec-fetch-site'];",
    test: 'csrf.test.ts',
    only: 'is refused at every unsafe route',
  },
  'token of the session': {
    file: 'core/http/csrf.ts',
    code: "  if (typeof token !== 'string' || !TOKEN.test(token)) return false;",
    without:
      "  if (secret.length > 0) return true;\n  if (typeof token !== 'string' || !TOKEN.test(token)) return false;",
    test: 'csrf.test.ts',
    only: 'needs the token of its session',
  },
  'guard of routes': {
    file: 'core/http/admission.ts',
    code: '  if (guard.public) return;',
    without: '  if (visit.id) return;',
    test: 'permissions.test.ts',
    only: 'each route lets in',
  },
  'visibility of entries': {
    file: 'core/content/visibility.ts',
    code: "  const everybodys = ['publish', 'inherit'];",
    without: "  const everybodys = ['publish', 'inherit', 'private', ...UNPUBLISHED];",
    test: 'visibility.test.ts',
    only: 'on SQLite stays hidden from everybody',
  },
  'visibility of comments': {
    file: 'plugins/comments/comment-threads.ts',
    code: "      .where('comments.status', 'approved')",
    without: '',
    test: 'visibility.test.ts',
    only: 'on SQLite stays hidden from everybody',
  },
  'passwords of entries': {
    file: 'core/content/presenter.ts',
    code: "  const isProtected = entry.password !== '' && !options.unlocked?.includes(entry.id);",
    without: '  const isProtected = false;',
    test: 'visibility.test.ts',
    only: 'on SQLite stays hidden from everybody',
  },
  'sanitising of content': {
    file: 'core/content/blocks/sanitize.ts',
    code: '  if (options.unfiltered) return { content: text, removed: [] };',
    without: '  if (text.length >= 0) return { content: text, removed: [] };',
    test: 'xss.test.ts',
    only: 'by the role author',
  },
  'sanitising of comments': {
    file: 'core/content/blocks/sanitize.ts',
    code: '  return cleanCanonical(html, COMMENT_POLICY, () => undefined);',
    without: '  return html;',
    test: 'xss.test.ts',
    only: 'runs nowhere as a comment',
  },
  'escaping of text': {
    file: 'core/theme/template-frame.ts',
    code: '  if (value instanceof SafeHtml) return value.value;',
    without: "  if (value instanceof SafeHtml) return value.value;\n  if (typeof value === 'string') return value;",
    test: 'xss.test.ts',
    only: 'said back by search',
  },
  'names of the site': {
    file: 'core/http/hosts.ts',
    code: '  isKnown(hostname: string): boolean {',
    without: '  isKnown(hostname: string): boolean {\n    if (hostname) return true;',
    test: 'headers.test.ts',
    only: 'the site answers to its own names only',
  },
  'known proxies': {
    file: 'core/http/hosts.ts',
    code: '    if (this.#settings.trustProxy.length === 0) return false;',
    without: '    if (address) return true;',
    test: 'headers.test.ts',
    only: 'what a stranger claims',
  },
  'content security policy': {
    file: 'core/http/security-headers.ts',
    code: "    ['content-security-policy', csp.header(area)],",
    without: '',
    test: 'headers.test.ts',
    only: 'allow no inline script',
  },
  'what pages for everybody may see': {
    file: 'core/http/page-door.ts',
    code: '    if (this.#parts.gate.token(visit) !== undefined) {',
    without: '    if (visit.id === undefined) {',
    test: 'cache-poisoning.test.ts',
    only: 'has no part of who is logged in',
  },
  'errors of broken encoding': {
    file: 'core/http/visit.ts',
    code: "    throw new GalleyError('GALLEY_INPUT_INVALID', 'The path is not valid UTF-8 in percent-encoding.', { cause });",
    without: '    throw cause;',
    test: 'hostile-requests.test.ts',
    only: 'on SQLite 7000',
  },
};

const off = GUARDS[process.env['GALLEY_GUARD_OFF'] ?? ''];
if (off) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/${off.file}`) || loaded.source === undefined || loaded.source === null) return loaded;
      const source =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: source.replace(off.code, () => off.without) };
    },
  });
}
