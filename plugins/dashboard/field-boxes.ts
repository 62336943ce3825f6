import { childFields, type FieldDefinition, type FieldSection, type Fields, makeControls } from 'galley';
import type { Box, BoxInput } from './entry-boxes.ts';

/** What the fields that name no section stand in. */
const REST: FieldSection = { title: 'Details' };

const inOrder = (a: FieldSection, b: FieldSection): number => (a.order ?? 10) - (b.order ?? 10);

/** The boxes of the type's own fields that stand below the text, or beside it. */
export async function fieldBoxes(input: BoxInput, place: 'main' | 'side'): Promise<Box[]> {
  const { page, type, values, errors, zone, searches, spareRows } = input;
  const { site, viewer } = page;
  const state = { site, viewer, prefix: 'fields', values: values.fields, errors, zone, searches, spareRows };
  const fields = childFields(site, type.fields);
  const sections = Object.entries<FieldSection>({ fields: REST, ...type.sections })
    .filter(([, section]) => (section.place ?? 'main') === place)
    .sort(([, a], [, b]) => inOrder(a, b));
  const boxes = await Promise.all(
    sections.map(async ([id, section]): Promise<Box> => {
      const own = fieldsOf(fields, type.sections, id);
      const controls = await makeControls(fields, { ...state, only: Object.keys(own) });
      const boxId = id === 'fields' ? id : `section-${id}`;
      return { id: boxId, title: section.title, intro: section.intro, isOpen: !section.collapsed, controls };
    }),
  );
  return boxes.filter(({ controls }) => controls.length > 0);
}

/** The fields of a section; those of one that there is not stand with the rest. */
function fieldsOf(fields: Fields, sections: Record<string, FieldSection>, id: string): Fields {
  const placeOf = ({ section }: FieldDefinition): string =>
    section !== undefined && Object.hasOwn(sections, section) ? section : 'fields';
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => placeOf(field) === id));
}
