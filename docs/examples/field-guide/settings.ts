import type { Site } from 'galley';

/** A page of settings: an option with a schema, and what a schema cannot say. */
export function defineSettings(site: Site): void {
  site.options.define('field_guide', {
    label: 'Field guide',
    default: { shown: 5, map: false, mapKey: '', start: 0 },
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['shown', 'map', 'mapKey', 'start'],
      properties: {
        shown: { type: 'integer', minimum: 1, maximum: 50 },
        map: { type: 'boolean' },
        mapKey: { type: 'string', maxLength: 100 },
        start: { type: 'integer', minimum: 0 },
      },
    },
  });
  site.options.define('field_guide_token', {
    label: 'Token of the weather service',
    default: '',
    secret: true,
    schema: { type: 'string', maxLength: 200 },
  });
  site.admin.settings.define('field-guide', {
    title: 'Field guide',
    options: ['field_guide', 'field_guide_token'],
    fields: () => ({
      'field_guide.shown': { label: 'Plants in the block' },
      'field_guide.map': { label: 'Show a map' },
      'field_guide.mapKey': { label: 'Name of the map', showIf: { field: 'field_guide.map', is: true } },
      'field_guide.start': { kind: 'relation', to: 'plant', label: 'Plant to begin with' },
    }),
  });
}
