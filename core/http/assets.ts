import type { Site } from '../kernel/site.ts';
import { acceptsEncoding } from './negotiation.ts';
import { Reply, text } from './reply.ts';
import type { Visit } from './visit.ts';

const PREFIX = '/assets/';
/** The name holds a hash of the content, so what is at an address never changes. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Sends `/assets/<name>-<hash>.<ext>` out of memory, before sessions, limits and routes. */
export class Assets {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The reply for an asset's address; undefined for all other addresses. */
  answer(visit: Visit): Promise<Reply> | undefined {
    const isAsset = visit.target.path.startsWith(PREFIX) && (visit.method === 'GET' || visit.method === 'HEAD');
    return isAsset ? this.#answer(visit) : undefined;
  }

  async #answer({ target, raw }: Visit): Promise<Reply> {
    const asset = await this.#site.assets.find(target.path);
    if (!asset) return text('There is no such file.', { status: 404, headers: { 'cache-control': 'no-store' } });
    const etag = `"${target.path.slice(PREFIX.length).replace(/[^\w.-]/g, '')}"`;
    const headers = { 'content-type': asset.type, 'cache-control': FOREVER, vary: 'Accept-Encoding', etag };
    if (raw.headers['if-none-match'] === etag) return new Reply(null, { status: 304, headers });
    const accepted = raw.headers['accept-encoding'];
    for (const encoding of ['br', 'gzip'] as const) {
      const body = asset[encoding];
      if (body && acceptsEncoding(accepted, encoding)) {
        return new Reply(body, { headers: { ...headers, 'content-encoding': encoding } });
      }
    }
    return new Reply(asset.body, { headers });
  }
}
