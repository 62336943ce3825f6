import { json, type Site } from 'galley';
import { ID_OR_NULL, object, text } from './api-schemas.ts';
import type { Library } from './library.ts';

const UPLOAD_ID = { type: 'string', pattern: '^[0-9a-f]{48}$' } as const;
const PARAMS = object({ upload: UPLOAD_ID }, ['upload']);
const BYTES = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const PLAN = object({ name: text(500), type: text(200), bytes: BYTES, folder: ID_OR_NULL, parent: ID_OR_NULL }, [
  'name',
  'bytes',
]);
const OFFSET = {
  type: 'object',
  properties: { offset: { type: 'integer', minimum: 0 } },
  required: ['offset'],
} as const;

/** `/admin/api/media/uploads`: uploads in pieces. */
export function addUploadRoutes(routes: Site['routes'], { uploads, items }: Library): void {
  // Many small files are many requests of one person; what one may send in all is bounded by the quota.
  const often = { unlimited: true, rateLimit: { max: 3000, seconds: 60 } } as const;
  const started = { ...often, schema: { body: PLAN }, summary: 'Begins an upload in pieces.' };
  routes.post('/uploads', started, async ({ body, viewer }) => {
    const { name, type = '', bytes, folder = null, parent = null } = body;
    const state = await uploads.start({ name, type, bytes, folderId: folder, parentId: parent }, viewer);
    return json(state, { status: 201 });
  });
  const asked = { schema: { params: PARAMS }, summary: 'How far an upload is.' };
  routes.get('/uploads/:upload', asked, async ({ params, viewer }) => json(await uploads.state(params.upload, viewer)));
  const piece = {
    ...often,
    schema: { params: PARAMS, query: OFFSET },
    accepts: ['application/octet-stream'],
    summary: 'The next piece of an upload.',
  };
  routes.post('/uploads/:upload', piece, async (context) => {
    const { params, query, viewer, signal } = context;
    return json(await uploads.append(params.upload, query.offset, context.stream(), { viewer, signal }));
  });
  const finished = { ...often, schema: { params: PARAMS }, summary: 'The file is whole: receives it.' };
  routes.post('/uploads/:upload/finish', finished, async ({ params, viewer }) => {
    const entry = await uploads.finish(params.upload, viewer);
    return json((await items.of([entry], viewer))[0], { status: 201 });
  });
  const given = { schema: { params: PARAMS }, summary: 'Gives an upload up.' };
  routes.delete('/uploads/:upload', given, async ({ params, viewer }) => {
    await uploads.cancel(params.upload, viewer);
    return json({ ok: true });
  });
}
