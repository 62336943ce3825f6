import {
  type Control,
  type FieldDefinition,
  LAYOUTS,
  languageChoices,
  MODES,
  makeControls,
  readFields,
  readPreferences,
  type ScreenContext,
  savePreferences,
} from 'galley';

const PREFIX = 'look';
const MODE_LABELS = { light: 'Light', dark: 'Dark', system: 'As the device' };
const LAYOUT_LABELS = { side: 'Beside the screen', top: 'Above the screen', both: 'Beside and above' };

async function lookFields({ site }: ScreenContext): Promise<Record<string, FieldDefinition>> {
  const { languages } = await site.admin.views.texts();
  const names = languageChoices(languages, '').map(({ code, name }) => [code, name] as const);
  const choice = { kind: 'select', required: true } as const;
  return {
    language: {
      kind: 'select',
      label: 'Language',
      choices: { '': 'As the browser', ...Object.fromEntries(names) },
      help: 'Of these screens. What visitors read has its own language.',
    },
    mode: {
      ...choice,
      label: 'Appearance',
      choices: MODE_LABELS,
    },
    layout: {
      ...choice,
      label: 'Where the menu stands',
      choices: LAYOUT_LABELS,
      help: 'On wide screens. On a phone the menu opens by its button.',
    },
    narrow: { kind: 'boolean', label: 'Only icons in the menu at the side' },
    compact: { kind: 'boolean', label: 'Compact lists' },
    keys: {
      kind: 'boolean',
      label: 'Keyboard shortcuts of a single key',
      help: 'Without them keys do nothing unless Ctrl or ⌘ is held: better for who dictates.',
    },
  };
}

/** The controls of how the admin looks to the person, as it is or as it was typed. */
export async function lookControls(page: ScreenContext): Promise<Control[]> {
  const { site, viewer, context } = page;
  const fields = await lookFields(page);
  const { keysOff, ...stored } = await readPreferences(context);
  const values = page.values.size > 0 ? typedLook(page, fields) : { ...stored, keys: !keysOff };
  return makeControls(fields, { site, viewer, prefix: PREFIX, values, zone: 'UTC' });
}

/** Keeps how the admin is to look; what there is no choice of stays as it was. */
export async function saveLook(page: ScreenContext): Promise<void> {
  const { language, mode, layout, narrow, compact, keys } = typedLook(page, await lookFields(page));
  const { languages } = await page.site.admin.views.texts();
  const isKnown = language === null || language === '' || languages.has(String(language));
  await savePreferences(page.context, {
    ...(isKnown ? { language: String(language ?? '') } : {}),
    mode: MODES.find((known) => known === mode),
    layout: LAYOUTS.find((known) => known === layout),
    narrow: narrow === true,
    compact: compact === true,
    keysOff: keys !== true,
  });
}

function typedLook(page: ScreenContext, fields: Record<string, FieldDefinition>): Record<string, unknown> {
  return readFields(fields, page.values, { prefix: PREFIX, zone: 'UTC' }).values;
}
