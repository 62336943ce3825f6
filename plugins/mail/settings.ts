import type { Site } from 'galley';

/** Defines for how long what happens is gathered into one mail. */
export function defineSettings(site: Site): void {
  site.options.define('mail_gather', {
    label: 'Minutes to gather',
    default: 10,
    schema: { type: 'integer', minimum: 0, maximum: 1440 },
  });
  site.admin.settings.define('mail', {
    title: 'Mail',
    order: 60,
    options: ['mail_gather'],
    fields: () => ({
      mail_gather: {
        help: 'Comments that come within so many minutes are told of in one mail.',
      },
    }),
  });
}
