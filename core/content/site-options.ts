import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { checkStructure } from './permalink-structure.ts';
import { termBases } from './term-bases.ts';

function isTimeZone(zone: unknown): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: String(zone) }));
  } catch {
    return false;
  }
}

const text = (maxLength: number): Record<string, unknown> => ({ type: 'string', maxLength });

/** The option that an error is about: forms say it at its field. */
const at = (name: string): { details: { name: string } } => ({ details: { name } });

/** So many structures of before are remembered. */
const FORMER = 10;

/** The settings of the site that every part needs. Plugins define theirs in the same way. */
export function defineSiteOptions(site: Site): void {
  const { options } = site;
  options.define('title', { default: 'Galley', schema: text(200), label: 'Site title' });
  options.define('tagline', { default: 'Set in type, made to be read', schema: text(300), label: 'Tagline' });
  options.define('language', {
    default: 'en',
    schema: { type: 'string', pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' },
    label: 'Language',
  });
  options.define('timezone', { default: 'UTC', schema: text(60), label: 'Time zone' });
  options.define('date_format', { default: 'j F Y', schema: text(60), label: 'Date format' });
  options.define('time_format', { default: 'H:i', schema: text(60), label: 'Time format' });
  options.define('permalink_structure', {
    default: '/%year%/%monthnum%/%postname%/',
    schema: { type: 'string', pattern: '^/.+', maxLength: 200 },
    label: 'Permalink structure',
  });
  options.define('permalink_former', {
    default: [],
    schema: { type: 'array', maxItems: FORMER, items: { type: 'string', maxLength: 200 } },
    label: 'Permalink structures of before',
  });
  options.define('show_on_front', { default: 'posts', schema: { enum: ['posts', 'page'] }, label: 'Front page shows' });
  options.define('page_on_front', { default: 0, schema: { type: 'integer', minimum: 0 }, label: 'Front page' });
  options.define('page_for_posts', { default: 0, schema: { type: 'integer', minimum: 0 }, label: 'Page of posts' });
  options.define('privacy_page', { default: 0, schema: { type: 'integer', minimum: 0 }, label: 'Page about privacy' });
  options.define('posts_per_page', {
    default: 10,
    schema: { type: 'integer', minimum: 1, maximum: 100 },
    label: 'Posts per page',
  });
  options.define('default_comment_status', {
    default: 'open',
    schema: { enum: ['open', 'closed'] },
    label: 'Comments on new posts',
  });
  site.hooks.addFilter('option:saving', async (value, { name }) => {
    if (name === 'title' && String(value).trim() === '')
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        'A site needs a title: it stands at its top, in windows and in feeds.',
        at(name),
      );
    if (name === 'timezone' && !isTimeZone(value))
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `"${String(value)}" is no time zone. Write one such as Europe/Berlin.`,
        at(name),
      );
    if (name === 'permalink_structure') {
      checkStructure(site, String(value));
      const first = String(value).split('/')[1] ?? '';
      if ([...(await termBases(site)).values()].includes(first))
        throw new GalleyError(
          'GALLEY_INPUT_INVALID',
          `Addresses cannot begin with /${first}/: other pages of the site stand there.`,
          at(name),
        );
    }
    return value;
  });
  site.hooks.addAction('option:saved', async ({ name, value, previous }) => {
    if (name !== 'permalink_structure' || value === previous) return;
    // Links that others have made to posts lead on, whatever the structure is now.
    await options.update<string[]>('permalink_former', (former) =>
      [String(previous), ...former]
        .filter((item, index, all) => item !== value && all.indexOf(item) === index)
        .slice(0, FORMER),
    );
  });
}
