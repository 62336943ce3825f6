import type { FieldDefinition, Fields } from '../content/field-types.ts';
import type { Site } from '../kernel/site.ts';

/** Fields that a child is not edited by inside of its parent: they lead on to further entries, or back. */
const isOwn = (name: string, field: FieldDefinition, by: string | undefined): boolean =>
  name !== by && field.kind !== 'children' && field.inverse === undefined;

/**
 * The fields of a type as its form needs them: those of the kind `children` with the fields of the child, `_title`
 * among them.
 */
export function childFields(site: Site, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, FieldDefinition][] => {
      if (field.kind !== 'children') return [[name, field]];
      const child = site.types.get(field.to ?? '');
      if (!child) return [];
      const title: Fields = child.supports.includes('title')
        ? { _title: { kind: 'text', label: 'Title', required: true, maxLength: 2000 } }
        : {};
      const own = Object.entries(child.fields).filter(([inner, definition]) => isOwn(inner, definition, field.by));
      return [[name, { ...field, fields: { ...title, ...Object.fromEntries(own) } }]];
    }),
  );
}
