import { GalleyError, json, type Site } from 'galley';
import { ID, object } from './api-schemas.ts';
import type { Library } from './library.ts';

const SHARE = { type: 'number', minimum: 0, maximum: 1 } as const;
const PLAN = object(
  {
    version: ID,
    rotate: { type: 'integer', enum: [0, 90, 180, 270] },
    flipX: { type: 'boolean' },
    flipY: { type: 'boolean' },
    crop: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['x', 'y', 'width', 'height'],
      properties: { x: SHARE, y: SHARE, width: SHARE, height: SHARE },
    },
  },
  ['version'],
);
const FOCAL = object({ version: ID, x: SHARE, y: SHARE }, ['version', 'x', 'y']);
const REPLACEMENT = object({ version: ID, anyType: { type: 'boolean' } }, ['version']);

/** What is done to the pixels of a file, and putting another in its place. */
export function addEditRoutes(routes: Site['routes'], { edits, items }: Library): void {
  const planned = {
    schema: { body: PLAN },
    summary: 'Crops, turns and mirrors a picture; nothing asked brings it back.',
  };
  routes.post('/:id(int)/edit', planned, async ({ params, body, viewer }) => {
    const { version, ...plan } = body;
    const entry = await edits.edit(params.id, plan, { viewer, version });
    return json((await items.of([entry], viewer))[0]);
  });
  const focused = { schema: { body: FOCAL }, summary: 'The point of a picture that cuts keep.' };
  routes.post('/:id(int)/focal', focused, async ({ params, body, viewer }) => {
    const entry = await edits.focus(params.id, body, { viewer, version: body.version });
    return json((await items.of([entry], viewer))[0]);
  });
  const replaced = { schema: { body: REPLACEMENT }, summary: 'Puts another file at the address of one.' };
  routes.post('/:id(int)/replace', replaced, async (context) => {
    const [upload, more] = (await context.files()).filter(({ field }) => field === 'file');
    if (!upload || more) throw new GalleyError('GALLEY_INPUT_INVALID', 'Send one file, in the field "file".');
    const { params, body, viewer } = context;
    const file = { path: upload.path, name: upload.filename, declaredType: upload.type };
    const options = { viewer, version: body.version, anyType: body.anyType ?? false };
    return json((await items.of([await edits.replace(params.id, file, options)], viewer))[0]);
  });
}
