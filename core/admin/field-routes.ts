import type { FieldDefinition } from '../content/field-types.ts';
import { renderMarkdown } from '../content/markdown.ts';
import { json } from '../http/reply.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { pickerOptions } from './form-pickers.ts';
import { rowModel } from './model-options.ts';

const PICKED = ['media', 'file', 'relation', 'user', 'term'] as const;
const OPTIONS_QUERY = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { enum: [...PICKED] },
    to: { type: 'string', maxLength: 64 },
    accept: { type: 'string', maxLength: 100 },
    search: { type: 'string', maxLength: 100 },
  },
};
const MARKDOWN_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: { text: { type: 'string', maxLength: 1_000_000 } },
};

/** Something that a field may lead to. */
export interface FieldOption {
  value: string;
  label: string;
  note: string;
  /** Address of a small picture. */
  picture?: string | undefined;
}

/** Who looks for what. */
export interface FieldOptionsAsk {
  site: Site;
  viewer: Viewer;
  kind: FieldDefinition['kind'];
}

/** Whether somebody has forms to fill in: who writes nothing has nothing to look for. */
function demandWriter(site: Site, viewer: Viewer): void {
  const mayWrite = site.types.list().some(({ value }) => viewer.can(`edit_${value.capability}s`));
  if (!mayWrite && !viewer.can('manage_options'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You write nothing here, so there is nothing to look for.');
}

/** What scripts of forms ask for while one types. */
export function addFieldRoutes(site: Site): void {
  site.routes.get(
    '/admin/api/fields/options',
    { authenticated: true, area: 'admin', schema: { query: OPTIONS_QUERY }, summary: 'What a field may lead to.' },
    async ({ viewer, query }) => {
      const { kind, to, accept, search = '' } = query as Record<string, string> & { kind: FieldDefinition['kind'] };
      // The rows of a model are offered to those who may see them.
      if (rowModel(to) === undefined) demandWriter(site, viewer);
      const field: FieldDefinition = { kind, label: '', ...(to ? { to } : {}), ...(accept ? { accept } : {}) };
      const found = (await pickerOptions(field, { site, viewer, value: null, search })) ?? [];
      const options = found.map(
        (item): FieldOption => ({ value: item.value, label: item.label, note: item.note ?? '' }),
      );
      return json({ items: await site.hooks.applyFilters('admin:field-options', options, { site, viewer, kind }) });
    },
  );
  site.routes.post(
    '/admin/api/fields/markdown',
    { authenticated: true, area: 'admin', schema: { body: MARKDOWN_BODY }, summary: 'How Markdown will look.' },
    ({ viewer, body }) => {
      demandWriter(site, viewer);
      return json({ html: renderMarkdown(String(body.text)) });
    },
  );
}
