import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { FieldDefinition } from '../content/fields.ts';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { says } from '../lib/told-texts.ts';

/** The value of a token: one, or one for light and one for dark. */
export type TokenValue = string | { light: string; dark: string };
/** Design tokens by group and name: `color.paper`. */
export type Tokens = Record<string, Record<string, TokenValue>>;

/** A choice that a theme offers; `token` names the token that it sets. */
export type ThemeOption = FieldDefinition & { token?: string };

/** What `theme.json` says. */
export interface ThemeManifest {
  name: string;
  title: string;
  version: string;
  description: string;
  author: string;
  license: string;
  /** The theme that this one changes. */
  parent?: string;
  engines: Record<string, string>;
  tokens: Tokens;
  /** Menu locations and their labels. */
  menus: Record<string, string>;
  /** Widget areas and their labels. */
  widgets: Record<string, string>;
  /** Sizes of pictures; `label` says in words what one is for. */
  images: Record<string, { width: number; height?: number; crop?: boolean; label?: string }>;
  options: Record<string, ThemeOption>;
  /** Style variations: the same theme as another publication. */
  variations: Record<string, { title: string; description?: string; tokens?: Tokens }>;
  /** Templates that authors may choose for an entry. */
  templates: Record<string, { title: string; types?: string[] }>;
}

/** What a token may be: nothing that could leave its declaration. */
export const TOKEN_VALUE = '^[^;{}<>@\\\\]{1,400}$';

const NAME = '^[a-z][a-z0-9-]{0,63}$';
const KEY = '^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$';
const label = { type: 'string', minLength: 1, maxLength: 200 };
const text = { type: 'string', maxLength: 2000 };
const keyed = (values: object): object => ({
  type: 'object',
  propertyNames: { pattern: KEY },
  additionalProperties: values,
});
const tokenText = { type: 'string', pattern: TOKEN_VALUE };
const tokens = keyed(
  keyed({
    anyOf: [
      tokenText,
      {
        type: 'object',
        required: ['light', 'dark'],
        additionalProperties: false,
        properties: { light: tokenText, dark: tokenText },
      },
    ],
  }),
);

const SCHEMA = {
  type: 'object',
  required: ['name', 'title', 'version'],
  additionalProperties: false,
  properties: {
    $schema: text,
    name: { type: 'string', pattern: NAME },
    title: label,
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.-]+)?$' },
    description: text,
    author: text,
    license: text,
    parent: { type: 'string', pattern: NAME },
    engines: keyed(text),
    tokens,
    menus: keyed(label),
    widgets: keyed(label),
    images: keyed({
      type: 'object',
      required: ['width'],
      additionalProperties: false,
      properties: {
        width: { type: 'integer', minimum: 16, maximum: 8192 },
        height: { type: 'integer', minimum: 16, maximum: 8192 },
        crop: { type: 'boolean' },
        label,
      },
    }),
    options: keyed({
      type: 'object',
      required: ['kind', 'label'],
      properties: {
        kind: { type: 'string' },
        label,
        token: { type: 'string', pattern: '^[a-zA-Z0-9_-]+\\.[a-zA-Z0-9_-]+$' },
      },
    }),
    variations: keyed({
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: { title: label, description: text, tokens },
    }),
    templates: keyed({
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: { title: label, types: { type: 'array', items: { type: 'string' } } },
    }),
  },
};

const DEFAULTS: Omit<ThemeManifest, 'name' | 'title' | 'version'> = {
  description: '',
  author: '',
  license: '',
  engines: {},
  tokens: {},
  menus: {},
  widgets: {},
  images: {},
  options: {},
  variations: {},
  templates: {},
};

/** Checks manifests; compiling the schema is dear, so one is kept. */
export class ManifestReader {
  #validate: ValidateFunction | undefined;

  /**
   * Reads `theme.json` of a folder.
   * @throws GALLEY_THEME_INVALID with every mistake
   */
  async read(directory: string): Promise<ThemeManifest> {
    const file = join(directory, 'theme.json');
    const data = await readJson(file);
    const mistakes = this.mistakes(data);
    if (mistakes.length > 0) {
      throw new GalleyError('GALLEY_THEME_INVALID', `${file}: ${mistakes.join(' ')}`, { details: { mistakes } });
    }
    return { ...DEFAULTS, ...(data as Pick<ThemeManifest, 'name' | 'title' | 'version'>) };
  }

  /** What is wrong with a manifest, a sentence each. */
  mistakes(data: unknown): string[] {
    this.#validate ??= createAjv({ allErrors: true, strict: false }).compile(SCHEMA);
    if (this.#validate(data)) return [];
    const errors = (this.#validate.errors ?? []).filter(
      (error) => error.keyword !== 'anyOf' && error.keyword !== 'propertyNames',
    );
    return [...new Set(errors.map(describe))];
  }
}

function describe({ instancePath, keyword, params, message, propertyName }: ErrorObject): string {
  const where = instancePath.slice(1).replaceAll('/', '.') || 'theme.json';
  const name = String(params['additionalProperty'] ?? params['missingProperty']);
  if (keyword === 'additionalProperties') return says(`${where} has an unknown property "${name}".`);
  if (keyword === 'required') return says(`${where} lacks "${name}".`);
  if (propertyName !== undefined) return says(`${where} has a name that cannot be one: "${propertyName}".`);
  if (keyword === 'pattern' && params['pattern'] === TOKEN_VALUE)
    return says(`${where} may not hold ; { } < > @ or \\.`);
  if (keyword === 'pattern') return says(`${where} must match ${String(params['pattern'])}.`);
  if (keyword === 'type') return says(`${where} must be of the type "${String(params['type'])}".`);
  if (keyword === 'minLength') return says(`${where} may not be empty.`);
  if (keyword === 'maxLength') return says(`${where} has more than ${String(params['limit'])} characters.`);
  const limit = `${String(params['comparison'])} ${String(params['limit'])}`;
  if (keyword === 'minimum' || keyword === 'maximum') return says(`${where} must be a number ${limit}.`);
  return says(`${where} is wrong: ${message}.`);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new GalleyError('GALLEY_THEME_INVALID', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

/** Tokens laid over each other, the later ones on top. */
export function mergeTokens(...layers: (Tokens | undefined)[]): Tokens {
  const merged: Tokens = {};
  for (const layer of layers) {
    for (const [group, values] of Object.entries(layer ?? {})) merged[group] = { ...merged[group], ...values };
  }
  return merged;
}

/** A manifest with all that it inherits. */
export function inherit(child: ThemeManifest, parent: ThemeManifest): ThemeManifest {
  return {
    ...child,
    tokens: mergeTokens(parent.tokens, child.tokens),
    menus: { ...parent.menus, ...child.menus },
    widgets: { ...parent.widgets, ...child.widgets },
    images: { ...parent.images, ...child.images },
    options: { ...parent.options, ...child.options },
    variations: { ...parent.variations, ...child.variations },
    templates: { ...parent.templates, ...child.templates },
  };
}
