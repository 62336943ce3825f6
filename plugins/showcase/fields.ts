import {
  FIELD_KINDS,
  type FieldDefinition,
  type FieldKind,
  makeControls,
  type Reply,
  type ScreenContext,
} from 'galley';
import { codeOf } from './code.ts';
import { frameOf } from './tabs.ts';

/** What a kind needs besides a label to be shown, and what it holds. */
const MORE: Partial<Record<FieldKind, { more?: Partial<FieldDefinition>; value?: unknown }>> = {
  select: { more: { choices: { sand: 'Sand', loam: 'Loam' } }, value: 'loam' },
  multiselect: { more: { choices: { sand: 'Sand', loam: 'Loam' } }, value: ['sand'] },
  boolean: { value: true },
  integer: { more: { min: 0, max: 100 }, value: 12 },
  color: { value: '#0f6266' },
  json: { value: { open: true } },
  media: { more: { accept: 'image/' } },
  relation: { more: { to: 'post', many: true } },
  term: { more: { to: 'category' } },
  group: { more: { fields: { street: { kind: 'text', label: 'Street' }, town: { kind: 'text', label: 'Town' } } } },
  repeater: { more: { fields: { day: { kind: 'date', label: 'Day' } } }, value: [{ day: '2026-12-24' }] },
  flexible: {
    more: { layouts: { quote: { label: 'Quote', fields: { text: { kind: 'textarea', label: 'Text' } } } } },
    value: [{ layout: 'quote', text: 'Ink, paper, order.' }],
  },
  children: { more: { to: 'post', by: 'parent' } },
};

/** The field of a kind that the showcase shows. */
export function sampleField(kind: FieldKind): FieldDefinition {
  const label = kind.charAt(0).toUpperCase() + kind.slice(1);
  return { kind, label, ...MORE[kind]?.more };
}

/** Each kind of field with its control, and the line of a content type that makes it. */
export async function showFields(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const zone = await site.options.get<string>('timezone');
  const fields = await Promise.all(
    FIELD_KINDS.map(async (kind) => {
      const field = sampleField(kind);
      const state = { site, viewer, zone, prefix: 'sample', values: { [kind]: MORE[kind]?.value }, errors: {} };
      // Children stand in the form of an entry only.
      const controls = kind === 'children' ? [] : await makeControls({ [kind]: field }, state);
      return { kind, controls, code: `${kind}: ${codeOf(field)},` };
    }),
  );
  return page.view('showcase/fields', {
    ...(await frameOf(page, 'Fields')),
    intro: 'What a field of a content type may hold, its control, and the line that makes it.',
    fields,
  });
}
