// The main guards of the house, what their code looks like without them, and which test watches each: for the negative
// controls.

/** A guard and how its code looks without it. */
export interface Guard {
  /** Where it stands, from the project's root. */
  file: string;
  /** Code that occurs exactly once. */
  code: string;
  /** What takes its place. */
  without: string;
  /** The file of tests, from the project's root, that must fail then: the quickest that watches the guard. */
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
    test: 'test/security/csrf.test.ts',
    only: 'is refused at every unsafe route',
  },
  'token of the session': {
    file: 'core/http/csrf.ts',
    code: "  if (typeof token !== 'string' || !TOKEN.test(token)) return false;",
    without:
      "  if (secret.length > 0) return true;\n  if (typeof token !== 'string' || !TOKEN.test(token)) return false;",
    test: 'test/security/csrf.test.ts',
    only: 'needs the token of its session',
  },
  'guard of routes': {
    file: 'core/http/admission.ts',
    code: '  if (guard.public) return;',
    without: '  if (visit.id) return;',
    test: 'test/security/permissions.test.ts',
    only: 'each route lets in',
  },
  'visibility of entries': {
    file: 'core/content/visibility.ts',
    code: "  const everybodys = ['publish', 'inherit'];",
    without: "  const everybodys = ['publish', 'inherit', 'private', ...UNPUBLISHED];",
    test: 'test/security/visibility.test.ts',
    only: 'on SQLite stays hidden from everybody',
  },
  'who moderates comments': {
    file: 'plugins/comments/comments.ts',
    code: "    if (!viewer.can('moderate_comments'))\n      throw",
    without: '    if (viewer.id === -1)\n      throw',
    test: 'plugins/comments/comments.test.ts',
    only: 'on SQLite lets moderators only',
  },
  'visibility of comments': {
    file: 'plugins/comments/comment-threads.ts',
    code: "      .where('comments.status', 'approved')",
    without: '',
    test: 'test/security/visibility.test.ts',
    only: 'on SQLite stays hidden from everybody',
  },
  'passwords of entries': {
    file: 'core/content/presenter.ts',
    code: "  const isProtected = entry.password !== '' && !options.unlocked?.includes(entry.id);",
    without: '  const isProtected = false;',
    test: 'core/content/presenter.test.ts',
    only: 'on SQLite text, excerpt and fields of a protected entry',
  },
  'sanitising of content': {
    file: 'core/content/blocks/sanitize.ts',
    code: '  if (options.unfiltered) return { content: text, removed: [] };',
    without: '  if (text.length >= 0) return { content: text, removed: [] };',
    test: 'test/security/xss.test.ts',
    only: 'by the role author',
  },
  'sanitising of comments': {
    file: 'core/content/blocks/sanitize.ts',
    code: '  return cleanCanonical(html, COMMENT_POLICY, () => undefined);',
    without: '  return html;',
    test: 'test/security/xss.test.ts',
    only: 'runs nowhere as a comment',
  },
  'escaping of text': {
    file: 'core/theme/template-frame.ts',
    code: '  if (value instanceof SafeHtml) return value.value;',
    without: "  if (value instanceof SafeHtml) return value.value;\n  if (typeof value === 'string') return value;",
    test: 'test/security/xss.test.ts',
    only: 'said back by search',
  },
  'names of the site': {
    file: 'core/http/hosts.ts',
    code: '  isKnown(hostname: string): boolean {',
    without: '  isKnown(hostname: string): boolean {\n    if (hostname) return true;',
    test: 'test/security/headers.test.ts',
    only: 'the site answers to its own names only',
  },
  'known proxies': {
    file: 'core/http/hosts.ts',
    code: '    if (this.#settings.trustProxy.length === 0) return false;',
    without: '    if (address) return true;',
    test: 'test/security/headers.test.ts',
    only: 'what a stranger claims',
  },
  'content security policy': {
    file: 'core/http/security-headers.ts',
    code: "    ['content-security-policy', csp.header(area)],",
    without: '',
    test: 'test/security/headers.test.ts',
    only: 'allow no inline script',
  },
  'what pages for everybody may see': {
    file: 'core/http/page-door.ts',
    code: '    if (this.#parts.gate.token(visit) !== undefined) {',
    without: '    if (visit.id === undefined) {',
    test: 'test/security/cache-poisoning.test.ts',
    only: 'has no part of who is logged in',
  },
  'errors of broken encoding': {
    file: 'core/http/visit.ts',
    code: "    throw new GalleyError('GALLEY_INPUT_INVALID', 'The path is not valid UTF-8 in percent-encoding.', { cause });",
    without: '    throw cause;',
    test: 'test/security/hostile-requests.test.ts',
    only: 'on SQLite 7000',
  },
  'kinds of uploads': {
    file: 'plugins/media/media-types.ts',
    code: '  if (sniffed === undefined || !isKind(kind, sniffed)) {',
    without: '  if (name === undefined) {',
    test: 'plugins/media/media-types.test.ts',
    only: 'a name, content or claim that says otherwise is refused',
  },
  'bytes of uploads': {
    file: 'plugins/media/incoming.ts',
    code: 'agreeOnKind(name, sniffed?.mime, file.declaredType,',
    without: 'agreeOnKind(name, file.declaredType ?? sniffed?.mime, file.declaredType,',
    test: 'plugins/media/hostile-files.test.ts',
    only: 'on SQLite what is not what it says',
  },
  'number of files in an archive': {
    file: 'core/services/archive-entries.ts',
    code: 'maxEntries: 5000,',
    without: 'maxEntries: Number.MAX_SAFE_INTEGER,',
    test: 'core/services/archive.test.ts',
    only: 'bombs are refused',
  },
  'ratio of an archive': {
    file: 'core/services/archive-entries.ts',
    code: '  if (uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > maxRatio * compressedSize)',
    without: '  if (maxRatio < 0)',
    test: 'core/services/archive.test.ts',
    only: 'bombs are refused',
  },
  'shared bytes of an archive': {
    file: 'core/services/archive-entries.ts',
    code: '  checkOverlap(entries);',
    without: '',
    test: 'core/services/archive.test.ts',
    only: 'bombs are refused',
  },
  'paths in an archive': {
    file: 'core/services/archive-entries.ts',
    code: '  if (problem) throw refuseArchive(',
    without: "  if (problem === '') throw refuseArchive(",
    test: 'core/services/archive.test.ts',
    only: 'what leaves the folder',
  },
  'links in an archive': {
    file: 'core/services/archive-entries.ts',
    code: '  if (type !== 0 && type !== REGULAR && type !== FOLDER) throw',
    without: '  if (type < 0) throw',
    test: 'core/services/archive.test.ts',
    only: 'what leaves the folder',
  },
  'paths that leave a folder': {
    file: 'core/services/safe-path.ts',
    code: '  if (problem)\n    throw',
    without: "  if (problem === '')\n    throw",
    test: 'core/services/safe-path.test.ts',
    only: 'paths that leave the folder',
  },
  'wait after failed log-ins': {
    file: 'core/identity/login-throttle.ts',
    code: '    if (row.blocked_until > now) return row.blocked_until - now;',
    without: '',
    test: 'core/identity/login.test.ts',
    only: 'on SQLite from the fifth failure on',
  },
  'rate of requests': {
    file: 'core/http/rate-limit.ts',
    code: '    const isFree = tokens >= 1;',
    without: '    const isFree = tokens > -1;',
    test: 'core/http/limits.test.ts',
    only: 'give so many at once',
  },
  'signatures in Redis': {
    file: 'core/services/cache-codec.ts',
    code: '    if (!timingSafeEqual(payload.subarray(0, MAC_BYTES), this.#mac(key, body))) return undefined;',
    without: '    timingSafeEqual(payload.subarray(0, MAC_BYTES), this.#mac(key, body));',
    test: 'core/services/cache-codec.test.ts',
    only: 'an entry comes back under its own key only',
  },
  'addresses of outward requests': {
    file: 'core/services/fetch-target.ts',
    code: '  if (isIP(host) !== 0 && isForbiddenAddress(host)) throw',
    without: "  if (host === '' && isForbiddenAddress(host)) throw",
    test: 'core/services/fetch.test.ts',
    only: 'no spelling of a forbidden address',
  },
  'names of outward requests': {
    file: 'core/services/fetch.ts',
    code: '      if (!isPrivate && addresses.some(isForbiddenAddress)) throw',
    without: '      if (!isPrivate && addresses.every(isForbiddenAddress)) throw',
    test: 'core/services/fetch.test.ts',
    only: 'a name is refused when any of its addresses is forbidden',
  },
  'queries in the key of a page': {
    file: 'core/http/page-key.ts',
    code: '.filter((name) => allowed.includes(name))',
    without: '',
    test: 'core/http/page-key.test.ts',
    only: 'of a query only allowed parameters count',
  },
  'frozen requests': {
    file: 'core/http/context.ts',
    code: "    return absent('headers');",
    without: '    return super.headers as never;',
    test: 'core/http/page-door.test.ts',
    only: 'cannot read who asks',
  },
  'version of what is saved': {
    file: 'core/content/repository.ts',
    code: '.where({ id, version: previous.version }).update(',
    without: '.where({ id }).update(',
    test: 'core/content/entries.test.ts',
    only: 'on SQLite saving what changes under a running save',
  },
  'version that an author saw': {
    file: 'core/content/repository.ts',
    code: '  if (previous && options.version !== undefined && previous.version !== options.version)',
    without: '  if (previous && options.version === -1)',
    test: 'core/content/entries.test.ts',
    only: 'on SQLite saving a change based on an old version',
  },
  'rights of who saves': {
    file: 'core/content/entry-rights.ts',
    code: "demand(mayDoWith(site, viewer, 'edit', previous),",
    without: 'demand(previous.id > 0,',
    test: 'core/content/entries.test.ts',
    only: 'on SQLite rights a contributor submits for review',
  },
  'passwords of entries in what plugins read': {
    file: 'core/contained/content-calls.ts',
    code: "  const isOpen = entry.password === '';",
    without: '  const isOpen = entry.id > 0;',
    test: 'core/contained/contained.test.ts',
    only: 'an entry with a password is told of without what it guards',
  },
  'document types in exports of WordPress': {
    file: 'plugins/importer/wxr-reader.ts',
    code: "    this.#parser.on('doctype', () =>",
    without: "    this.#parser.on('comment', () =>",
    test: 'plugins/importer/wxr-reader.test.ts',
    only: 'a document type and with it every entity bomb',
  },
  'objects in serialised values': {
    file: 'plugins/importer/php-serialized.ts',
    code: '        // Objects (O, C, E) and references (R, r) are never read: see SECURITY, foreign data.\n        throw new NotPlain();',
    without: '        this.#at = this.#bytes.length;\n        return {} as never;',
    test: 'plugins/importer/php-serialized.test.ts',
    only: 'objects, references and custom classes are never read',
  },
  'formulas in CSV': {
    file: 'core/lib/csv.ts',
    code: 'FORMULA.test(value) &&',
    without: "value === '' &&",
    test: 'core/lib/csv.test.ts',
    only: 'nothing in it runs as a formula',
  },
  'redirects that visitors asked for': {
    file: 'core/http/reply.ts',
    code: '  return (relative && localPath(relative)) || fallback;',
    without: '  return relative || fallback;',
    test: 'core/http/reply.test.ts',
    only: 'of what a visitor typed fall back',
  },
  'prototypes in JSON': {
    file: 'core/http/body.ts',
    code: "app.getDefaultJsonParser('error', 'error')",
    without: "app.getDefaultJsonParser('ignore', 'ignore')",
    test: 'core/http/pipeline.test.ts',
    only: 'with a body that nobody reads is refused',
  },
  'prototypes in what plugins say': {
    file: 'core/contained/fields.ts',
    code: '!FORBIDDEN.has(name) && isPlainData(part, depth - 1)',
    without: 'isPlainData(part, depth - 1)',
    test: 'core/contained/contained.test.ts',
    only: 'plain data is what a template may print',
  },
  'the last administrator': {
    file: 'core/identity/users.ts',
    code: '    if (await this.store.isRoleHeldByOthers(ADMINISTRATOR, user.id)) return;',
    without: '    if (user.id > 0) return;',
    test: 'core/identity/users.test.ts',
    only: 'on SQLite the last administrator stays',
  },
  'rights that nobody gives without holding them': {
    file: 'core/identity/roles.ts',
    code: '  if (lacking) {',
    without: "  if (lacking === '') {",
    test: 'core/identity/users.test.ts',
    only: 'on SQLite nobody gives what he does not hold',
  },
};
