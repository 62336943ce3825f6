import type { BlockDefinition, FieldDefinition, ScreenContext, Site } from 'galley';
import { shownFootnotes } from './footnotes.ts';
import { mayMakePatterns } from './patterns.ts';

const KINDS: Record<string, string> = {
  text: 'text',
  textarea: 'textarea',
  url: 'url',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  select: 'select',
};

/** Puts the editor into the form of entries whose type has a text. */
export function addEditor(site: Site): void {
  site.hooks.addFilter(
    'entry-form:building',
    async (form, { page, type, entry, content, typed }) => {
      if (!type.supports.includes('content')) return form;
      const [script, style, markdown] = await Promise.all([
        site.assets.url('editor', 'editor.js'),
        site.assets.url('editor', 'editor.css'),
        site.assets.url('editor', 'markdown.js'),
      ]);
      return {
        ...form,
        scripts: [...form.scripts, script],
        stylesheets: [...form.stylesheets, style],
        data: {
          ...form.data,
          editor: {
            blocks: catalog(site, page),
            noun: page.t(type.singular),
            preview: site.routes.url('editor.preview', {}),
            markdown,
            entry: entry?.id ?? 0,
            types: Object.fromEntries(site.types.list().map(({ name, value }) => [name, page.t(value.singular)])),
            library: site.types.get('attachment') !== undefined && page.viewer.can('upload_files'),
            mayMakePatterns: mayMakePatterns(site, page.viewer),
            footnotes: await shownFootnotes(site, { entry, content, ...(typed ? { typed } : {}) }),
          },
        },
      };
    },
    { optional: true },
  );
}

/** The kinds of block of the site, as the editor's script needs them. */
function catalog(site: Site, page: ScreenContext): object[] {
  return site.blocks.list().map(({ name, value }) => ({
    name,
    title: page.t(value.title),
    category: value.category ?? 'widgets',
    description: page.t(value.description ?? ''),
    keywords: value.editor?.keywords ?? '',
    isDynamic: isDynamic(value),
    fields: Object.entries(fieldsOf(site, value)).flatMap(([key, field]) => control(page, value, key, field)),
  }));
}

/** Whether the saved HTML is not what readers see. */
function isDynamic({ render, load, expand, content }: BlockDefinition): boolean {
  return Boolean(render || load || expand || content === 'classic');
}

function fieldsOf(site: Site, { editor }: BlockDefinition): Record<string, FieldDefinition> {
  return (typeof editor?.fields === 'function' ? editor.fields(site) : editor?.fields) ?? {};
}

function control(page: ScreenContext, block: BlockDefinition, name: string, field: FieldDefinition): object[] {
  const kind = KINDS[field.kind];
  const standard = block.attributes?.[name]?.default;
  if (!kind) return [];
  const choices = Object.entries(field.choices ?? {}).map(([value, label]) => [value, page.t(label)]);
  return [
    {
      name,
      kind,
      label: page.t(field.label),
      help: page.t(field.help ?? ''),
      choices,
      ...(standard === undefined ? {} : { standard }),
    },
  ];
}
