import type { ValidateFunction } from 'ajv';
import { GalleyError } from '../lib/errors.ts';
import { isSafeUrl } from '../lib/escape.ts';
import { createAjv } from '../lib/json-schema.ts';
import { foldKey } from '../lib/slug.ts';

/** What people and plugins may say about a user. Roles, status and password have calls of their own. */
export interface UserDraft {
  login: string;
  /** Empty where the person has none. */
  email: string;
  name: string;
  /** Public name in addresses; made from the display name when empty. */
  slug: string;
  bio: string;
  url: string;
}

// No control or direction characters: a name must not turn a list or a mail around.
const LINE = '^[^\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$';
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['login', 'email', 'name', 'slug', 'bio', 'url'],
  properties: {
    login: {
      type: 'string',
      maxLength: 60,
      pattern: '^[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M} _.@-]*[\\p{L}\\p{N}\\p{M}_.-])?$',
    },
    email: { anyOf: [{ const: '' }, { type: 'string', maxLength: 254, format: 'email' }] },
    name: { type: 'string', minLength: 1, maxLength: 250, pattern: LINE },
    slug: { type: 'string', maxLength: 190, pattern: '^[\\p{L}\\p{N}\\p{M}-]*$' },
    bio: { type: 'string', maxLength: 10_000 },
    url: { type: 'string', maxLength: 500, pattern: LINE },
  },
};
const WORDS: Record<string, string> = {
  login: 'The login needs 1 to 60 letters, digits, blanks or any of _ . @ - and begins with a letter or digit.',
  email: 'The e-mail address is not one.',
  name: 'The name needs 1 to 250 characters, in one line.',
  slug: 'The public name in addresses may have letters, digits and -, at most 190.',
  bio: 'The biography may have at most 10,000 characters.',
  url: 'The website is not an address that begins with http:// or https://.',
};

/** Checks what is said about a user, before and after plugins had their say. */
export class UserSchema {
  #compiled: ValidateFunction<UserDraft> | undefined;

  /** Compiled when the first user is saved, not with each start. */
  get #validate(): ValidateFunction<UserDraft> {
    this.#compiled ??= createAjv({ allErrors: true, unicodeRegExp: true }).compile<UserDraft>(SCHEMA);
    return this.#compiled;
  }

  /**
   * The draft, checked.
   * @throws GALLEY_INPUT_INVALID with `details`: a list of `{ field, message }`
   */
  check(draft: unknown): UserDraft {
    const validate = this.#validate;
    if (validate(draft)) {
      const isLinkable = draft.url === '' || (/^https?:\/\//i.test(draft.url) && isSafeUrl(draft.url));
      const hasKey = foldKey(draft.login).length <= 190;
      if (isLinkable && hasKey) return draft;
      throw refused([isLinkable ? 'login' : 'url']);
    }
    const fields = (validate.errors ?? []).map(({ instancePath, params }) => {
      const { missingProperty, additionalProperty } = params as Record<string, unknown>;
      return instancePath.split('/')[1] ?? String(missingProperty ?? additionalProperty ?? '');
    });
    throw refused([...new Set(fields)]);
  }
}

function refused(fields: readonly string[]): GalleyError {
  const details = fields.map((field) => ({ field, message: WORDS[field] ?? `There is no field "${field}".` }));
  return new GalleyError('GALLEY_INPUT_INVALID', details.map(({ message }) => message).join(' '), { details });
}
