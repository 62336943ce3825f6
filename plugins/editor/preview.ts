import { autop, type Context, type Entry, json, type Reply } from 'galley';
import { demandWriter } from './links.ts';

const MAX_MARKUP = 400_000;

/** What the preview of a block takes. */
export const PREVIEW_SCHEMA = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['markup'],
    properties: {
      markup: { type: 'string', maxLength: MAX_MARKUP },
      entry: { type: 'integer', minimum: 0 },
      as: { enum: ['preview', 'paragraphs'] },
    },
  },
} as const;

type Body = { markup: string; entry?: number; as?: 'preview' | 'paragraphs' };

/** The entry that is written, for blocks that show parts of it; only to whom it may be edited by. */
async function entryFor({ site, viewer }: Context, id: number): Promise<Entry | undefined> {
  const entry = id > 0 ? await site.entries.get(id, viewer) : undefined;
  return entry && site.entries.may(viewer, 'edit', entry) ? entry : undefined;
}

/**
 * Renders a block as readers will see it. It is cleaned first, whatever its author may do: nothing here has to run. Or
 * makes paragraphs of classic text, which the writer is about to convert: that is cleaned when it is saved.
 *
 * @throws GALLEY_PERMISSION_DENIED for who writes nothing
 */
export async function previewBlock(context: Context): Promise<Reply> {
  const { site, viewer } = context;
  demandWriter(site, viewer);
  const { markup, entry: id = 0, as } = context.body as Body;
  if (as === 'paragraphs') return json({ html: autop(markup) });
  const entry = await entryFor(context, id);
  const { content } = site.blocks.sanitize(markup, { unfiltered: false });
  const html = await site.blocks.render(content, {
    site,
    viewer,
    language: context.locale,
    tag: () => undefined,
    ...(entry ? { entry } : {}),
  });
  return json({ html: html.value });
}
