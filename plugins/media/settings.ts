import type { Site } from 'galley';

/** What an administrator decides about files, and the page where he does. */
export function defineSettings(site: Site): void {
  site.options.define('media_allow_svg', { default: false, schema: { type: 'boolean' }, label: 'Accept SVG drawings' });
  site.options.define('media_quota_megabytes', {
    default: 0,
    schema: { type: 'integer', minimum: 0, maximum: 10_000_000 },
    label: 'Room for each person',
  });
  site.admin.settings.define('media', {
    title: 'Media',
    order: 5,
    intro:
      'Copies of pictures are made in the background, in several widths and in the sizes that the theme asks for. Each reader gets the smallest that fits.',
    options: ['media_allow_svg', 'media_quota_megabytes'],
    fields: () => ({
      media_allow_svg: {
        help: 'Careful: an SVG file can carry scripts. Galley keeps only its shapes, colours and text and drops the rest, but accept such files only from people whom you trust.',
      },
      media_quota_megabytes: {
        suffix: 'MB',
        help: 'How much one person may upload in all. 0 for no limit.',
      },
    }),
  });
}
