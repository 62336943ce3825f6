// Layer: lib. Pure code that knows no other layer.

/**
 * Every error that Galley throws on purpose: its code and the HTTP status that a request ends with when nobody
 * catches it earlier. One table, so that codes stay unique and documented.
 */
export const ERRORS = {
  GALLEY_CONFIG_INVALID: 500,
  GALLEY_INPUT_INVALID: 400,
  GALLEY_INPUT_TOO_LARGE: 413,
  GALLEY_MEDIA_TYPE_UNSUPPORTED: 415,
  GALLEY_REGISTRY_DUPLICATE: 500,
  GALLEY_REGISTRY_UNKNOWN: 500,
  GALLEY_HOOK_UNKNOWN: 500,
  GALLEY_HOOK_KIND: 500,
  GALLEY_HOOK_DEPTH: 500,
  GALLEY_HOOK_FAILED: 500,
  GALLEY_MODULE_FAILED: 500,
  GALLEY_MODULE_TIMEOUT: 500,
  GALLEY_PLUGIN_INVALID: 400,
  GALLEY_PLUGIN_UNKNOWN: 404,
  GALLEY_PLUGIN_CYCLE: 400,
  GALLEY_PLUGIN_FAILED: 500,
  GALLEY_SERVICE_UNKNOWN: 500,
  GALLEY_DATABASE_UNAVAILABLE: 503,
  GALLEY_DATABASE_DUPLICATE: 409,
  GALLEY_DATABASE_CONSTRAINT: 409,
  GALLEY_DATABASE_CONFLICT: 409,
  GALLEY_DATABASE_TIMEOUT: 503,
  GALLEY_DATABASE_FAILED: 500,
  GALLEY_MIGRATION_FAILED: 500,
  GALLEY_MIGRATION_LOCKED: 503,
  GALLEY_MIGRATION_PENDING: 503,
  GALLEY_MODEL_INVALID: 400,
  GALLEY_ENTRY_UNKNOWN: 404,
  GALLEY_ENTRY_CONFLICT: 409,
  GALLEY_ENTRY_REFUSED: 422,
  GALLEY_LIST_VIEW_CONFLICT: 409,
  GALLEY_HISTORY_UNKNOWN: 404,
  GALLEY_TRASH_UNKNOWN: 410,
  GALLEY_TYPE_UNKNOWN: 404,
  GALLEY_TERM_UNKNOWN: 404,
  GALLEY_TERM_DUPLICATE: 409,
  GALLEY_TAXONOMY_UNKNOWN: 404,
  GALLEY_USER_UNKNOWN: 404,
  GALLEY_USER_DUPLICATE: 409,
  GALLEY_USER_CONFLICT: 409,
  GALLEY_USER_LAST_ADMINISTRATOR: 409,
  GALLEY_TOKEN_INVALID: 410,
  GALLEY_PASSWORD_WEAK: 400,
  GALLEY_LOGIN_FAILED: 401,
  GALLEY_LOGIN_REQUIRED: 401,
  GALLEY_LOGIN_BUSY: 503,
  GALLEY_PERMISSION_DENIED: 403,
  GALLEY_CSRF_REFUSED: 403,
  GALLEY_RATE_LIMITED: 429,
  GALLEY_MAIL_REFUSED: 422,
  GALLEY_MAIL_UNAVAILABLE: 503,
  GALLEY_HOST_UNKNOWN: 421,
  GALLEY_ROUTE_UNKNOWN: 404,
  GALLEY_ROUTE_UNGUARDED: 500,
  GALLEY_METHOD_NOT_ALLOWED: 405,
  GALLEY_SITE_BUSY: 503,
  GALLEY_TEMPLATE_INVALID: 500,
  GALLEY_TEMPLATE_UNKNOWN: 500,
  GALLEY_THEME_INVALID: 400,
  GALLEY_THEME_UNKNOWN: 404,
  GALLEY_FILE_REFUSED: 400,
  GALLEY_FILE_UNKNOWN: 404,
  GALLEY_FETCH_REFUSED: 400,
  GALLEY_FETCH_FAILED: 502,
  GALLEY_CACHE_UNAVAILABLE: 503,
  GALLEY_CACHE_VALUE: 500,
  GALLEY_KEY_REFUSED: 500,
  GALLEY_OPTION_UNKNOWN: 404,
  GALLEY_OPTION_INVALID: 400,
  GALLEY_CRON_UNKNOWN: 404,
  GALLEY_CRON_BUSY: 409,
  GALLEY_JOB_UNKNOWN: 404,
  GALLEY_JOB_TIMEOUT: 504,
  GALLEY_PACKAGE_INVALID: 400,
  GALLEY_IMPORT_INVALID: 400,
  GALLEY_EXPORT_FAILED: 500,
  GALLEY_SEARCH_FAILED: 500,
  GALLEY_COMMAND_USAGE: 400,
  GALLEY_INTERNAL: 500,
} as const;

/** A code from the table of errors, such as `GALLEY_ENTRY_CONFLICT`. */
export type ErrorCode = keyof typeof ERRORS;

/**
 * The one error class. The message says what went wrong, where, and what to do about it.
 *
 * @example
 * throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id}.`);
 */
export class GalleyError extends Error {
  override readonly name = 'GalleyError';
  readonly code: ErrorCode;
  /** HTTP status that a request ends with when nobody catches the error. */
  readonly status: number;
  /** Machine-readable facts for the caller, for instance the fields that did not validate. Never secrets. */
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: { status?: number; cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? ERRORS[code];
    this.details = options.details;
  }
}

/** Whether `error` is a GalleyError, and of `code` where one is given. */
export function isGalleyError(error: unknown, code?: ErrorCode): error is GalleyError {
  return error instanceof GalleyError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
