import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { GalleyError, messageOf } from '../../lib/errors.ts';

/** What a publisher says of a release by signing it. */
export interface SignedFacts {
  name: string;
  version: string;
  /** `sha512-` and the digest of the archive in base64. */
  sha512: string;
}

/** A publisher's key that can sign. */
export interface PublisherKey {
  /** The public half, as registries and sites write it. */
  key: string;
  /** @returns the signature in base64 */
  sign(facts: SignedFacts): string;
  /** Says that another key follows this one. @returns the signature in base64 */
  handOver(next: string): string;
  /** Signs what a registry takes back. @returns the signature in base64 */
  signList(list: string): string;
}

const PREFIX = 'ed25519:';
const KEY = /^ed25519:[A-Za-z0-9+/]{43}=$/;
// What stands before the 32 bytes of a public Ed25519 key in its DER form.
const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The bytes that are signed: the purpose comes first, so that no other signature of the key fits. */
function signedBytes({ name, version, sha512 }: SignedFacts): Buffer {
  return Buffer.from(`galley-plugin-release\n${name}\n${version}\n${sha512}\n`);
}

/** The bytes by which a key says which one follows it. */
const handoverBytes = (key: string, next: string): Buffer => Buffer.from(`galley-publisher-key\n${key}\n${next}\n`);

/** The bytes by which a registry says what it takes back. */
const listBytes = (list: string): Buffer => Buffer.from(`galley-registry-list\n${list}\n`);

/** Makes a publisher's key and writes it to a file that is not there yet. @returns the public half */
export async function makePublisherKey(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 });
  return (await readPublisherKey(file)).key;
}

/** Reads a publisher's key. @throws GALLEY_INPUT_INVALID for a file that holds none */
export async function readPublisherKey(file: string): Promise<PublisherKey> {
  const text = await readFile(file).catch((cause: unknown) => {
    const way = 'Name the file of one, or make one with: galley plugin key new';
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${file}" holds no publisher's key that can be read. ${way}`, {
      cause,
    });
  });
  try {
    const secret = createPrivateKey(text);
    if (secret.asymmetricKeyType !== 'ed25519') throw new Error(`it is of the kind ${secret.asymmetricKeyType}`);
    const der = createPublicKey(secret).export({ type: 'spki', format: 'der' });
    const key = `${PREFIX}${der.subarray(DER_HEAD.length).toString('base64')}`;
    return {
      key,
      handOver: (next) => sign(null, handoverBytes(key, next), secret).toString('base64'),
      sign: (facts) => sign(null, signedBytes(facts), secret).toString('base64'),
      signList: (list) => sign(null, listBytes(list), secret).toString('base64'),
    };
  } catch (error) {
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `${file} holds no publisher's key: ${messageOf(error)}. Make one with: galley plugin key new`,
      { cause: error },
    );
  }
}

/** Whether the owner of the public key signed exactly this. Anything malformed is no. */
export function isSignedBy(key: string, facts: SignedFacts, signature: string): boolean {
  return isSignature(key, signedBytes(facts), signature);
}

/** Whether the owner of the public key said that this other key follows it. */
export function isHandover(key: string, next: string, signature: string): boolean {
  return KEY.test(next) && isSignature(key, handoverBytes(key, next), signature);
}

/** Whether the owner of the public key said that this is what a registry takes back. */
export function isListSignedBy(key: string, list: string, signature: string): boolean {
  return isSignature(key, listBytes(list), signature);
}

/** Whether a text is the public half of a publisher's key. */
export function isPublicKey(text: string): boolean {
  return KEY.test(text);
}

function isSignature(key: string, bytes: Buffer, signature: string): boolean {
  if (!KEY.test(key)) return false;
  const der = Buffer.concat([DER_HEAD, Buffer.from(key.slice(PREFIX.length), 'base64')]);
  try {
    const open = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, bytes, open, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
