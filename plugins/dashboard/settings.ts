import type { FieldDefinition, Site } from 'galley';

function timeZones(): Record<string, string> {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  return Object.fromEntries(zones.map((zone) => [zone, zone.replaceAll('_', ' ')]));
}

const LANGUAGES = [
  'en',
  'en-GB',
  'de',
  'de-AT',
  'de-CH',
  'fr',
  'es',
  'it',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'sv',
  'da',
  'cs',
  'tr',
  'el',
  'ru',
  'uk',
  'ar',
  'he',
  'fa',
  'hi',
  'ja',
  'ko',
  'zh-Hans',
  'zh-Hant',
];

async function languages(site: Site): Promise<Record<string, string>> {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const current = await site.options.get<string>('language');
  return Object.fromEntries(
    [...new Set([...LANGUAGES, current])].map((tag) => [tag, `${names.of(tag) ?? tag} (${tag})`]),
  );
}

/** The formats of posts, as WordPress has them. */
export const FORMAT_LABELS = {
  standard: 'Standard',
  aside: 'Aside',
  gallery: 'Gallery',
  link: 'Link',
  image: 'Picture',
  quote: 'Quote',
  status: 'Status',
  video: 'Video',
  audio: 'Audio',
  chat: 'Chat',
} as const;
const FRONT_LABELS = { posts: 'The latest posts', page: 'A page, chosen below' };

/** The pages of settings that every site has. */
export function definePages(site: Site): void {
  site.admin.settings.define('general', {
    title: 'General',
    order: 1,
    options: ['title', 'tagline', 'language', 'timezone', 'date_format', 'time_format'],
    fields: async () => ({
      title: { required: true, help: 'Stands at the top of the site, in the titles of windows and in feeds.' },
      tagline: { help: 'In a few words, what the site is about.' },
      language: { kind: 'select', choices: await languages(site), required: true, help: 'Of what visitors read.' },
      timezone: { kind: 'select', choices: timeZones(), required: true, help: 'In which dates are shown and typed.' },
      date_format: { help: 'j F Y gives 1 January 2027; Y-m-d gives 2027-01-01; “long” is the language’s own.' },
      time_format: { help: 'H:i gives 14:30; g:i a gives 2:30 pm.' },
    }),
  });
  const page: Partial<FieldDefinition> = { kind: 'relation', to: 'page', required: false };
  const isPage = { field: 'show_on_front', is: 'page' };
  site.admin.settings.define('reading', {
    title: 'Reading',
    order: 2,
    options: ['show_on_front', 'page_on_front', 'page_for_posts', 'posts_per_page'],
    fields: () => ({
      show_on_front: { display: 'radio', choices: FRONT_LABELS },
      page_on_front: { ...page, help: 'What stands at the address of the site itself.', showIf: isPage },
      page_for_posts: { ...page, help: 'Its address then lists the latest posts.', showIf: isPage },
      posts_per_page: { help: 'On the front page and in lists of a category, tag, author or month. From 1 to 100.' },
    }),
  });
  site.admin.settings.define('writing', {
    title: 'Writing',
    order: 1.5,
    options: [
      ...(['default_category', 'default_post_format'] as const).filter((name) => site.options.has(name)),
      'revisions_kept',
      'history_kept',
      'trash_days',
    ],
    fields: () => ({
      default_category: {
        kind: 'term',
        to: 'category',
        required: false,
        help: 'A post that is published without one gets it.',
      },
      default_post_format: { choices: FORMAT_LABELS, help: 'Of a new post. Each post can have another one.' },
      revisions_kept: { help: 'Of each post and page. Older ones go. From 2 to 10,000.' },
      history_kept: { help: 'From 2 to 1,000.' },
      trash_days: { help: 'After that they are forgotten for good. From 1 to 3,650.' },
    }),
  });
  site.admin.settings.define('privacy', {
    title: 'Privacy',
    order: 5,
    options: ['privacy_page'],
    fields: () => ({
      privacy_page: { ...page, help: 'It is linked at the foot of each page and below the form of comments.' },
    }),
  });
  // Its form is a screen of its own: what an address looks like is chosen by example.
  site.admin.settings.define('permalinks', {
    title: 'Addresses',
    order: 6,
    options: ['permalink_structure', 'term_bases'],
  });
}
