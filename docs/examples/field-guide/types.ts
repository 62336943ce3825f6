import type { Site } from 'galley';
import { plantFields, sections } from './plant-fields.ts';

/** Plants, the habitats that they share, and who saw one where. */
export function defineTypes(site: Site): void {
  site.taxonomies.define('plant_family', { title: 'Families', singular: 'Family', base: 'family' });
  site.types.register('plant', {
    title: 'Plants',
    singular: 'Plant',
    icon: 'flower1',
    public: true,
    base: 'plant',
    archive: 'plants',
    capability: 'post',
    supports: ['title', 'content', 'revisions'],
    taxonomies: ['plant_family'],
    fields: plantFields,
    sections,
  });
  site.types.register('habitat', {
    title: 'Habitats',
    singular: 'Habitat',
    icon: 'tree',
    public: true,
    base: 'habitat',
    capability: 'post',
    supports: ['title'],
    // The other side of the field `habitats` of plants: both show the same links, and either changes them.
    fields: { plants: { kind: 'relation', label: 'Plants', to: 'plant', many: true, inverse: 'habitats' } },
  });
  site.types.register('sighting', {
    title: 'Sightings',
    singular: 'Sighting',
    icon: 'binoculars',
    capability: 'post',
    supports: ['title', 'revisions'],
    fields: {
      plant: { kind: 'relation', label: 'Plant', to: 'plant', index: true },
      seen: { kind: 'date', label: 'Seen on', required: true, width: 'half' },
      number: { kind: 'integer', label: 'How many', min: 1, width: 'half' },
    },
  });
}
