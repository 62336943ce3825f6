const MARK = '[redacted]';
const MAX_DEPTH = 6;
const MAX_TEXT = 8192;
const MAX_ITEMS = 100;

// Names of members whose values are never logged. Cookies, bodies and query strings carry what people typed.
const SECRET_NAMES =
  /^(pass(word|wd|phrase)?|pwd|new_?password|old_?password|secrets?|.*[_-]?secret|token|.*[_-]token|.*Token|authorization|proxy-authorization|cookies?|set-cookie|csrf.*|api[_-]?key|private[_-]?key|session(_?id)?|nonce|credentials?|otp|totp|body|query|.*password.*)$/i;

/** Whether a member of this name is kept out of logs. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name);
}

/**
 * A copy of what is to be logged, without the values of members whose names say that they are secret. Errors are
 * left for their own serialiser; long texts and deep or wide structures are cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[…]';
  if (value instanceof Map || value instanceof Set) return redact([...value], depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    copy[name] = isSecretName(name) && member !== undefined && member !== null ? MARK : redact(member, depth + 1);
  }
  return copy;
}

/** Takes known secrets out of finished text: whatever member or message they slipped into. */
export class SecretFilter {
  readonly #secrets = new Set<string>();

  /** Adds a secret; short ones are left out, since they would mangle ordinary words. */
  add(secret: string): void {
    if (secret.length < 6) return;
    this.#secrets.add(secret);
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    this.#secrets.add(encodeURIComponent(secret));
  }

  /** The text without the secrets that were added. */
  clean(line: string): string {
    let cleaned = line;
    for (const secret of this.#secrets) if (cleaned.includes(secret)) cleaned = cleaned.replaceAll(secret, MARK);
    return cleaned;
  }
}

/** The passwords in a connection address such as `mysql://user:password@host/db`, as written and decoded. */
export function passwordsIn(url: string): string[] {
  const password = /^[a-z+]+:\/\/[^:@/]*:([^@]*)@/i.exec(url)?.[1];
  if (!password) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
