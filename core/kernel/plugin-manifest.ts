import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { CAPABILITIES_SCHEMA, CONTAINED_SCHEMA, type ContainedManifest, readContained } from './contained-manifest.ts';

/** What a plugin says of itself in its `package.json`. */
export interface PluginManifest {
  /** The folder's and the plugin's name: lower case, digits, `-`. */
  name: string;
  version: string;
  title: string;
  description: string;
  author: string;
  /** Plugins, or services that other plugins provide, without which this one cannot run. */
  requires: string[];
  /** Services that it offers by `site.provide`, besides its own name. */
  provides: string[];
  /** The versions of Galley that it runs on, as a range; any where it is empty. */
  engine: string;
  /** What it asks of the kernel where it is contained: `settings`, `content:read:post`, `fetch:api.example.com`. */
  capabilities: string[];
  /** What it brings where it can be contained; undefined for one that can only be trusted. */
  contained?: ContainedManifest;
  /** The file with the plugin's default export. */
  main: string;
  /** Absolute path of the plugin's folder. */
  directory: string;
}

const names = { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true } as const;

/** The schema of a plugin's `package.json`; other members of a package.json are allowed and ignored. */
export const PLUGIN_SCHEMA = {
  type: 'object',
  required: ['name', 'version', 'galley'],
  properties: {
    name: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,62}$' },
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?$' },
    description: { type: 'string', maxLength: 500 },
    author: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    main: { type: 'string', pattern: '^[A-Za-z0-9_./-]+\\.(ts|js|mjs)$', not: { pattern: '\\.\\.' } },
    galley: {
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: {
        title: { type: 'string', minLength: 1, maxLength: 100 },
        requires: names,
        provides: names,
        engine: { type: 'string' },
        capabilities: CAPABILITIES_SCHEMA,
        contained: CONTAINED_SCHEMA,
      },
    },
  },
} as const;

const UNCONTAINED_SCHEMA = structuredClone(PLUGIN_SCHEMA) as { properties: { galley: { properties: object } } };
UNCONTAINED_SCHEMA.properties.galley.properties = {
  ...PLUGIN_SCHEMA.properties.galley.properties,
  capabilities: {},
  contained: {},
};

/** Few plugins can be contained, and that part of the schema takes as long to compile as a tenth of a start. */
const validators = new Map<object, ValidateFunction>();

function validatorOf(json: unknown, isChecked: boolean): ValidateFunction {
  const galley = (json as { galley?: Partial<RawManifest['galley']> } | null)?.galley;
  const isPlain = isChecked || (galley?.contained === undefined && galley?.capabilities === undefined);
  const schema = isPlain ? UNCONTAINED_SCHEMA : PLUGIN_SCHEMA;
  const validate = validators.get(schema) ?? createAjv({ allErrors: true, strict: false }).compile(schema);
  validators.set(schema, validate);
  return validate;
}

interface RawManifest {
  name: string;
  version: string;
  description?: string;
  author?: string | { name?: string };
  main?: string;
  galley: {
    title: string;
    requires?: string[];
    provides?: string[];
    engine?: string;
    capabilities?: string[];
    contained?: Partial<ContainedManifest>;
  };
}

/**
 * Checks the parsed `package.json` of a plugin.
 *
 * @param options.isChecked that what it asks for and brings need not be looked at again
 * @throws GALLEY_PLUGIN_INVALID listing every mistake
 */
export function parseManifest(json: unknown, directory: string, { isChecked = false } = {}): PluginManifest {
  const validate = validatorOf(json, isChecked);
  if (!validate(json)) {
    const mistakes = (validate.errors ?? []).map(
      (error) => `${error.instancePath.slice(1).replaceAll('/', '.') || 'package.json'} ${error.message ?? 'is wrong'}`,
    );
    throw new GalleyError('GALLEY_PLUGIN_INVALID', `${join(directory, 'package.json')}: ${mistakes.join('; ')}.`);
  }
  const raw = json as unknown as RawManifest;
  const contained = readContained(raw.galley.contained);
  return {
    name: raw.name,
    version: raw.version,
    title: raw.galley.title,
    description: raw.description ?? '',
    author: typeof raw.author === 'string' ? raw.author : (raw.author?.name ?? ''),
    requires: raw.galley.requires ?? [],
    provides: raw.galley.provides ?? [],
    engine: raw.galley.engine ?? '',
    capabilities: raw.galley.capabilities ?? [],
    ...(contained ? { contained } : {}),
    main: raw.main ?? 'index.ts',
    directory,
  };
}

/**
 * Reads the manifest of the plugin in `directory`.
 * @throws GALLEY_PLUGIN_INVALID when there is none or it is wrong
 */
export async function readManifest(directory: string, options: { isChecked?: boolean } = {}): Promise<PluginManifest> {
  const refuse = (why: string, cause: unknown): never => {
    throw new GalleyError('GALLEY_PLUGIN_INVALID', `${directory} is no plugin: ${why}.`, { cause });
  };
  let json: unknown;
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch((error: unknown) =>
    refuse('it has no package.json that can be read', error),
  );
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse(`its package.json is no JSON (${messageOf(error)})`, error);
  }
  return parseManifest(json, directory, options);
}
