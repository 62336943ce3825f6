import { type Context, GalleyError, json, type Reply, readerMessages, type Site } from 'galley';
import { addEditRoutes } from './api-edits.ts';
import { CHANGE, HASH, ID_OR_NULL, IDS, LIST, object, PLACE, text } from './api-schemas.ts';
import { addUploadRoutes } from './api-uploads.ts';
import type { BulkResult } from './changes.ts';
import { changeFolder, contentOf, listFolders, makeFolder, removeFolder } from './folders.ts';
import type { Library } from './library.ts';

/** `/admin/api/media`: what scripts of the admin ask of the library. Rights are checked in the library itself, too. */
export function addApi(site: Site, library: Library): void {
  site.routes.group({ prefix: '/admin/api/media', capability: 'upload_files', area: 'admin' }, (routes) => {
    addReading(routes, library);
    addWriting(routes, library);
    addEditRoutes(routes, library);
    addUploadRoutes(routes, library);
    addFolderRoutes(routes, site);
  });
}

function addReading(routes: Site['routes'], library: Library): void {
  const listing = { schema: { query: LIST }, summary: 'Files of the library.' };
  routes.get('/', listing, async ({ query, viewer }) => {
    const { ids, ...rest } = query;
    const chosen = ids === undefined ? {} : { ids: ids.split(',').map(Number) };
    return json(await library.items.list({ ...rest, ...chosen }, viewer));
  });
  const one = { summary: 'One file, with its copies and where it is used.' };
  routes.get('/:id(int)', one, async ({ params, viewer }) => json(await library.details(params.id, viewer)));
  const hashes = object({ hashes: { type: 'array', items: HASH, maxItems: 500 } }, ['hashes']);
  routes.post(
    '/known',
    { schema: { body: hashes }, summary: 'Which of these files are in the library already, by SHA-256.' },
    async ({ body, viewer }) => json(await library.duplicates(body.hashes, viewer)),
  );
}

/** What became of several files, and why some were left, in the language of whoever asks. */
async function told(context: Context<object, unknown, unknown>, result: BulkResult): Promise<Reply> {
  const messages = await readerMessages(context as Context);
  const refused = result.refused.map(({ id, reason }) => ({ id, reason: messages.translate(reason) }));
  return json({ ...result, refused });
}

function addWriting(routes: Site['routes'], { items, changes, media }: Library): void {
  routes.post('/', { schema: { body: PLACE }, summary: 'Takes one file in.' }, async (context) => {
    const [upload, more] = (await context.files()).filter(({ field }) => field === 'file');
    if (!upload || more) throw new GalleyError('GALLEY_INPUT_INVALID', 'Send one file, in the field "file".');
    const { body, viewer } = context;
    const place = { folderId: body.folder || null, parentId: body.parent || null, alt: body.alt };
    const file = { path: upload.path, name: upload.filename, declaredType: upload.type };
    const entry = await media.receive(file, { viewer, ...place });
    return json((await items.of([entry], viewer))[0], { status: 201 });
  });
  const saying = { schema: { body: CHANGE }, summary: 'Changes what is said of a file.' };
  routes.patch('/:id(int)', saying, async ({ params, body, viewer }) => {
    const { version, ...change } = body;
    const entry = await changes.update(params.id, change, { viewer, version });
    return json((await items.of([entry], viewer))[0]);
  });
  const moving = object({ ids: IDS, folder: ID_OR_NULL }, ['ids', 'folder']);
  routes.post('/move', { schema: { body: moving } }, async (context) =>
    told(context, await changes.move(context.body.ids, context.body.folder, context.viewer)),
  );
  const crediting = object({ ids: IDS, credit: text(300) }, ['ids', 'credit']);
  routes.post('/credit', { schema: { body: crediting } }, async (context) =>
    told(context, await changes.describe(context.body.ids, { credit: context.body.credit }, context.viewer)),
  );
  const several = object({ ids: IDS }, ['ids']);
  for (const act of ['trash', 'restore', 'remove'] as const)
    routes.post(`/${act}`, { schema: { body: several } }, async (context) =>
      told(context, await changes[act](context.body.ids, context.viewer)),
    );
}

type OfFolder = Context<{ id: number }>;

function addFolderRoutes(routes: Site['routes'], site: Site): void {
  routes.get('/folders', { summary: 'The tree of folders.' }, async () => json({ folders: await listFolders(site) }));
  const made = object({ name: text(200), parentId: ID_OR_NULL }, ['name']);
  routes.post('/folders', { schema: { body: made } }, async ({ body, viewer }) => {
    const { name, parentId = null } = body;
    return json(await makeFolder(site, { name, parentId }, viewer), { status: 201 });
  });
  const changed = object({ name: text(200), parentId: ID_OR_NULL });
  routes.patch('/folders/:id(int)', { schema: { body: changed } }, async ({ params, body, viewer }) =>
    json(await changeFolder(site, params.id, body, viewer)),
  );
  const counted = { summary: 'What is in a folder, in numbers.' };
  routes.get('/folders/:id(int)', counted, async ({ params, viewer }: OfFolder) =>
    json(await contentOf(site, params.id, viewer)),
  );
  const removed = { summary: 'Deletes a folder; what is in it moves up.' };
  routes.delete('/folders/:id(int)', removed, async ({ params, viewer }: OfFolder) => {
    await removeFolder(site, params.id, viewer);
    return json({ ok: true });
  });
}
