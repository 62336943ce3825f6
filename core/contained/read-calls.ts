import type { Site } from '../kernel/site.ts';
import { type CapabilityCall, id, machineName, shape, text } from './capability-call.ts';
import {
  countEntries,
  findEntries,
  foundTerm,
  getEntry,
  LISTED,
  pageOfEntries,
  termsOf,
  WANTED,
} from './content-calls.ts';
import type { ContentQuery, MediaQuery } from './galley-api.ts';
import { getMedia, listMedia, MEDIA_KINDS } from './media-calls.ts';

const after = { type: 'string', minLength: 1, maxLength: 12_000 };

/** The calls that only read. */
export function readCalls(site: Site): Record<string, CapabilityCall> {
  const one = shape({ id }, ['id']);
  return {
    'content.find': {
      asks: 'content:read:<type>',
      schema: shape({ ...WANTED, ...LISTED }, ['type']),
      run: (granted, args) => findEntries(site, granted, args as unknown as ContentQuery),
    },
    'content.page': {
      asks: 'content:read:<type>',
      schema: shape({ ...WANTED, ...LISTED, after }, ['type']),
      run: (granted, args) => pageOfEntries(site, granted, args as unknown as ContentQuery),
    },
    'content.count': {
      asks: 'content:read:<type>',
      schema: shape(WANTED, ['type']),
      run: (granted, args) => countEntries(site, granted, args as unknown as ContentQuery),
    },
    'content.get': {
      asks: 'content:read:<type>',
      schema: one,
      run: (granted, args) => getEntry(site, granted, Number(args['id'])),
    },
    'terms.list': {
      needs: 'terms:read',
      schema: shape({ taxonomy: machineName }, ['taxonomy']),
      run: async (_granted, args) => {
        const taxonomy = String(args['taxonomy']);
        if (site.taxonomies.get(taxonomy)?.base === undefined) return [];
        const terms = await site.terms.list(taxonomy, { limit: 100 });
        return terms.map(foundTerm);
      },
    },
    'terms.of': {
      needs: 'terms:read',
      schema: one,
      run: (granted, args) => termsOf(site, granted, Number(args['id'])),
    },
    'media.get': {
      needs: 'media:read',
      schema: one,
      run: (_granted, args) => getMedia(site, Number(args['id'])),
    },
    'media.list': {
      needs: 'media:read',
      schema: shape({ kind: { enum: MEDIA_KINDS }, search: text(100), limit: LISTED.limit, after }),
      run: (_granted, args) => listMedia(site, args as MediaQuery),
    },
    'users.get': {
      needs: 'users:read',
      schema: one,
      run: async (_granted, args) => {
        const user = await site.users.find(Number(args['id']));
        return user ? { id: user.id, name: user.name, slug: user.slug } : null;
      },
    },
  };
}
