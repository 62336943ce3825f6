import type { ValidateFunction } from 'ajv';
import { GalleyError } from '../../lib/errors.ts';
import { createAjv } from '../../lib/json-schema.ts';

/** One version of a plugin in a registry. */
export interface Release {
  version: string;
  /** Where its archive is, relative to the registry. */
  archive: string;
  /** `sha512-` and the digest of the archive in base64. */
  sha512: string;
  /** Bytes of the archive. */
  size: number;
  /** The versions of Galley that it runs on; any where it is empty. */
  engine: string;
  requires: string[];
  provides: string[];
  capabilities: string[];
  /** The publisher's key, and the signature over name, version and sha512. */
  key?: string;
  signature?: string;
  /** When it came into the registry, in ISO 8601. */
  released: string;
  /** Why nobody is to run it any more. */
  revoked?: Revocation;
}

/** That something counts no more. */
export interface Revocation {
  reason: string;
  /** Since when, in ISO 8601. */
  at: string;
  /** That it does harm, and is not only faulty or old: sites may switch it off by themselves. */
  harmful?: boolean;
}

/** What a registry takes back, and says of keys, in one piece that is signed. */
export interface RevocationList {
  /** Grows with each list, so that an older one is known as such. */
  serial: number;
  /** When it was made, in ISO 8601. */
  at: string;
  /** By name and version: `shop@1.2.0`. */
  releases: Record<string, Revocation>;
  keys: RegistryKeys;
}

/** The file `revocations.json`: the list, and who signed it. The signature is over the list as `JSON.stringify` writes it. */
export interface SignedList {
  galleyRevocations: 1;
  /** The key of the registry. */
  key: string;
  signature: string;
  list: RevocationList;
}

/** A plugin in a registry, newest version first: the file `plugins/<name>.json`. */
export interface Publication {
  name: string;
  title: string;
  description: string;
  /** Who publishes it. */
  owner: string;
  releases: Release[];
}

/** A plugin in the list of a registry. */
export interface RegistryLine {
  name: string;
  title: string;
  description: string;
  owner: string;
  /** The newest version. */
  version: string;
}

/** What a registry says of a publisher's key. */
export interface KeyFacts {
  /** When it ends: what is released later is not to be trusted. In ISO 8601. */
  expires?: string;
  /** Why nothing that it signed is to be trusted. */
  revoked?: Revocation;
  /** The key that follows, and the signature of this one that says so. */
  next?: { key: string; signature: string };
}

/** What a registry says of keys, by the key: the file `keys.json`. */
export type RegistryKeys = Record<string, KeyFacts>;

/** All plugins of a registry: the file `index.json`. */
export interface RegistryIndex {
  galleyRegistry: 1;
  plugins: RegistryLine[];
}

const text = { type: 'string', maxLength: 1000 } as const;
const name = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,62}$' } as const;
const version = { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?$' } as const;
const names = { type: 'array', maxItems: 200, items: { type: 'string', minLength: 1, maxLength: 200 } } as const;

const moment = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' } as const;
const revoked = {
  type: 'object',
  required: ['reason', 'at'],
  properties: { reason: text, at: moment, harmful: { type: 'boolean' } },
} as const;

const RELEASE = {
  type: 'object',
  required: ['version', 'archive', 'sha512', 'size', 'engine', 'requires', 'provides', 'capabilities', 'released'],
  properties: {
    version,
    archive: { type: 'string', pattern: '^archives/[a-z][a-z0-9]*-[0-9A-Za-z.+-]+\\.zip$' },
    sha512: { type: 'string', pattern: '^sha512-[A-Za-z0-9+/]{86}==$' },
    size: { type: 'integer', minimum: 1 },
    engine: text,
    requires: names,
    provides: names,
    capabilities: names,
    key: text,
    signature: text,
    released: moment,
    revoked,
  },
} as const;

const ajv = createAjv({ strict: false });
const isPublication = ajv.compile<Publication>({
  type: 'object',
  required: ['name', 'title', 'description', 'owner', 'releases'],
  properties: {
    name,
    title: text,
    description: text,
    owner: text,
    releases: { type: 'array', maxItems: 10_000, items: RELEASE },
  },
});
const isIndex = ajv.compile<RegistryIndex>({
  type: 'object',
  required: ['galleyRegistry', 'plugins'],
  properties: {
    galleyRegistry: { const: 1 },
    plugins: {
      type: 'array',
      maxItems: 100_000,
      items: {
        type: 'object',
        required: ['name', 'title', 'description', 'owner', 'version'],
        properties: { name, title: text, description: text, owner: text, version },
      },
    },
  },
});

const KEYS = {
  type: 'object',
  maxProperties: 100_000,
  additionalProperties: {
    type: 'object',
    properties: {
      expires: moment,
      revoked,
      next: { type: 'object', required: ['key', 'signature'], properties: { key: text, signature: text } },
    },
  },
} as const;
const isKeys = ajv.compile<{ galleyKeys: 1; keys: RegistryKeys }>({
  type: 'object',
  required: ['galleyKeys', 'keys'],
  properties: { galleyKeys: { const: 1 }, keys: KEYS },
});
const isSignedList = ajv.compile<SignedList>({
  type: 'object',
  required: ['galleyRevocations', 'key', 'signature', 'list'],
  properties: {
    galleyRevocations: { const: 1 },
    key: text,
    signature: text,
    list: {
      type: 'object',
      required: ['serial', 'at', 'releases', 'keys'],
      properties: {
        serial: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        at: moment,
        releases: { type: 'object', maxProperties: 100_000, additionalProperties: revoked },
        keys: KEYS,
      },
    },
  },
});

function parse<T>(json: string, isRight: ValidateFunction<T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new GalleyError('GALLEY_PACKAGE_INVALID', `${where} is no JSON.`);
  }
  if (isRight(value)) return value;
  const [mistake] = isRight.errors ?? [];
  throw new GalleyError(
    'GALLEY_PACKAGE_INVALID',
    `${where} is not as a registry's file must be: ${mistake?.instancePath || 'it'} ${mistake?.message ?? ''}.`,
  );
}

/** Reads the text of `plugins/<name>.json`. @throws GALLEY_PACKAGE_INVALID */
export function parsePublication(json: string, wanted: string, where: string): Publication {
  const publication = parse(json, isPublication, where);
  if (publication.name === wanted) return publication;
  throw new GalleyError('GALLEY_PACKAGE_INVALID', `${where} speaks of "${publication.name}" and not of "${wanted}".`);
}

/** Reads the text of `index.json`. @throws GALLEY_PACKAGE_INVALID */
export function parseIndex(json: string, where: string): RegistryIndex {
  return parse(json, isIndex, where);
}

/** Reads the text of `keys.json`. @throws GALLEY_PACKAGE_INVALID */
export function parseKeys(json: string, where: string): RegistryKeys {
  return parse(json, isKeys, where).keys;
}

/** Reads the text of `revocations.json`; whose signature it bears is another question. @throws GALLEY_PACKAGE_INVALID */
export function parseSignedList(json: string, where: string): SignedList {
  return parse(json, isSignedList, where);
}
