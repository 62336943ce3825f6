import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import type { LockedPlugin } from './plugin-lock.ts';
import { isLocal, parseSource } from './source.ts';

/** Who a plugin came from when it was first installed. */
type Publisher = Pick<LockedPlugin, 'owner' | 'key' | 'source'>;

const OPTION = 'plugin_publishers';

/** Remembers who plugins came from, so that nobody else can bring an update. */
export class Publishers {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
    site.options.define(OPTION, {
      default: {},
      label: 'Who installed plugins come from',
      autoload: false,
      schema: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['owner', 'source'],
          additionalProperties: false,
          properties: { owner: { type: 'string' }, key: { type: 'string' }, source: { type: 'string' } },
        },
      },
    });
  }

  /**
   * What is different from when a plugin was first installed, in words.
   * @param follows the keys that the present one follows by their own word
   */
  async changes(name: string, now: Publisher, follows: readonly string[] = []): Promise<string[]> {
    const known = (await this.#site.options.get<Record<string, Publisher>>(OPTION))[name];
    if (!known) return [];
    const changes: string[] = [];
    if (known.key !== undefined && now.key === undefined) changes.push(says('It is not signed any more.'));
    else if (known.key !== undefined && known.key !== now.key && !follows.includes(known.key))
      changes.push(says(`It is signed with another key: ${now.key}, and not ${known.key}.`));
    if (isLocal(parseSource(known.source))) return changes;
    if (known.owner !== now.owner) changes.push(says(`Its owner is "${now.owner}" now, and was "${known.owner}".`));
    if (known.source !== now.source)
      changes.push(says(`It comes from ${now.source} now, and came from ${known.source}.`));
    return changes;
  }

  /** @throws GALLEY_PACKAGE_INVALID where a plugin comes from somebody else than before */
  async check(name: string, now: Publisher, follows: readonly string[]): Promise<void> {
    const changes = await this.changes(name, now, follows);
    if (changes.length === 0) return;
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `"${name}" is refused: ${changes.join(' ')} Ask its publisher, and go on with --accept-key-change only when that is right.`,
    );
  }

  /** Remembers who a plugin comes from. */
  async pin(name: string, { owner, key, source }: Publisher): Promise<void> {
    const pinned = { owner, source, ...(key === undefined ? {} : { key }) };
    await this.#site.options.update<Record<string, Publisher>>(OPTION, (known) => ({ ...known, [name]: pinned }));
  }

  /** Forgets a plugin. */
  async forget(name: string): Promise<void> {
    await this.#site.options.update<Record<string, Publisher>>(OPTION, (known) =>
      Object.fromEntries(Object.entries(known).filter(([other]) => other !== name)),
    );
  }
}
