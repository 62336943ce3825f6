import type { FieldSection, Fields } from 'galley';

/** The boxes of the form. */
export const sections: Record<string, FieldSection> = {
  looks: { title: 'What it looks like', intro: 'So that somebody in a meadow knows it again.', order: 5 },
  place: { title: 'Where it grows', place: 'side', order: 5 },
  data: { title: 'For machines', order: 20, collapsed: true },
};

/** Every kind of field, each with what it can do. */
export const plantFields: Fields = {
  latin: { kind: 'text', label: 'Latin name', required: true, maxLength: 80, index: true, section: 'looks' },
  code: { kind: 'slug', label: 'Short name', help: 'Made of the title until you change it.', section: 'looks' },
  looks: { kind: 'richtext', label: 'Description', section: 'looks' },
  height: {
    kind: 'integer',
    label: 'Height',
    min: 1,
    max: 12_000,
    suffix: 'cm',
    width: 'half',
    index: true,
    section: 'looks',
  },
  leaf: { kind: 'number', label: 'Length of a leaf', min: 0, step: 0.1, suffix: 'cm', width: 'half', section: 'looks' },
  colour: { kind: 'color', label: 'Colour of the flower', section: 'looks' },
  picture: { kind: 'media', label: 'Picture', accept: 'image/', section: 'looks' },
  habitats: { kind: 'relation', label: 'Habitats', to: 'habitat', many: true, section: 'place' },
  soil: {
    kind: 'select',
    label: 'Soil',
    choices: { sand: 'Sand', loam: 'Loam', clay: 'Clay' },
    index: true,
    section: 'place',
  },
  light: {
    kind: 'select',
    label: 'Light',
    display: 'radio',
    choices: { sun: 'Sun', shade: 'Shade' },
    section: 'place',
  },
  months: {
    kind: 'multiselect',
    label: 'Flowers in',
    choices: { mar: 'March', apr: 'April', may: 'May', jun: 'June', jul: 'July' },
    section: 'place',
  },
  edible: { kind: 'boolean', label: 'It can be eaten' },
  recipe: { kind: 'textarea', label: 'How to cook it', required: true, showIf: { field: 'edible', is: true } },
  poisonous: { kind: 'boolean', label: 'Poisonous', nullable: true },
  cooking: { kind: 'duration', label: 'Time to cook', min: 0, showIf: { field: 'edible', is: true } },
  notes: { kind: 'markdown', label: 'Notes' },
  expert: { kind: 'email', label: 'Whom to ask', placeholder: 'name@example.org', width: 'half' },
  source: { kind: 'url', label: 'Source', width: 'half' },
  price: { kind: 'decimal', label: 'Price of seeds', prefix: '€', width: 'half' },
  seeds: { kind: 'bigint', label: 'Seeds in the bank', width: 'half' },
  found: { kind: 'date', label: 'First found', index: true, width: 'half' },
  opens: { kind: 'time', label: 'Opens its flower at', width: 'half' },
  checked: { kind: 'datetime', label: 'Looked at last' },
  sheet: { kind: 'file', label: 'Data sheet' },
  keeper: { kind: 'user', label: 'Looked after by' },
  family: { kind: 'term', label: 'Family', to: 'plant_family' },
  size: {
    kind: 'group',
    label: 'Bed',
    fields: {
      rows: { kind: 'integer', label: 'Rows', min: 1, width: 'half' },
      distance: { kind: 'integer', label: 'Distance', suffix: 'cm', width: 'half' },
    },
  },
  names: {
    kind: 'repeater',
    label: 'Names elsewhere',
    max: 20,
    fields: {
      name: { kind: 'text', label: 'Name', required: true, width: 'half' },
      language: { kind: 'text', label: 'Language', width: 'half' },
    },
  },
  story: {
    kind: 'flexible',
    label: 'Story',
    layouts: {
      quote: {
        label: 'Quotation',
        fields: { text: { kind: 'textarea', label: 'Words', required: true }, by: { kind: 'text', label: 'By whom' } },
      },
      fact: { label: 'Fact', fields: { fact: { kind: 'text', label: 'Fact', required: true } } },
    },
  },
  sightings: { kind: 'children', label: 'Sightings', to: 'sighting', by: 'plant' },
  raw: { kind: 'json', label: 'Data', section: 'data' },
  licence: {
    kind: 'text',
    label: 'Licence of the data',
    help: 'Only administrators change it.',
    writable: 'manage_options',
    section: 'data',
  },
};
