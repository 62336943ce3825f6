import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const MIN_BYTES = 32;
const MIN_DISTINCT = 10;
const WEAK_WORDS = /(changeme|change[-_ ]me|password|passwort|secret|example|default|galley|qwerty|123456789)/i;

/** Whether the text is one short piece repeated. */
function isRepeated(secret: string): boolean {
  return secret.length > 1 && (secret + secret).indexOf(secret, 1) < secret.length;
}

/**
 * Why a secret is too weak to derive keys from, or undefined when it is good. Length and variety are all that can be
 * judged; what counts is that it was made at random.
 */
export function secretWeakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < MIN_BYTES) return `shorter than ${MIN_BYTES} bytes`;
  if (/^[0-9a-f]+$/i.test(secret) && secret.length < MIN_BYTES * 2) return 'hexadecimal of fewer than 32 bytes';
  if (new Set(secret).size < MIN_DISTINCT) return 'made of too few different characters';
  if (isRepeated(secret)) return 'one piece repeated';
  if (WEAK_WORDS.test(secret)) return 'it contains a word that people guess';
  return undefined;
}

/** A new secret: 32 random bytes. */
export function makeSecret(): string {
  return randomBytes(MIN_BYTES).toString('base64url');
}

/**
 * The secret of a development or test site: kept in `.secret` of the content folder with mode 0600 and made when it is
 * not there. Two processes that start at once end up with the same one.
 */
export async function ensureSecretFile(contentDir: string): Promise<string> {
  const file = join(contentDir, '.secret');
  const present = await readSecret(file);
  if (present) return present;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(temporary, `${makeSecret()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readSecret(file)) ?? '';
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${file} can be read by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${file}`);
    }
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
