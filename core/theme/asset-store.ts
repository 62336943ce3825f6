import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Build } from './asset-build.ts';

/** A file that is served under the hash of its content. */
export interface Asset {
  /** The name templates use: `css/theme.css`. */
  name: string;
  /** `/assets/<hash>.<extension>` */
  path: string;
  type: string;
  bytes: number;
  /** The content. */
  body: Buffer;
  /** The content compressed, where that makes it smaller. */
  gzip?: Buffer;
  br?: Buffer;
}

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  woff2: 'font/woff2',
  woff: 'font/woff',
  ttf: 'font/ttf',
  otf: 'font/otf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  pdf: 'application/pdf',
};
const COMPRESSIBLE = /^(text\/|application\/(json|xml|manifest)|image\/svg)/;
const FORMAT = 1;
/** From here on the last hundredth of size would double the work, and the first visitor waits for it. */
const LARGE_BYTES = 64_000;
const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);

/** The media type of a file by its extension. */
function assetType(name: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ?? 'application/octet-stream';
}

/** Makes an asset of a content, compressed as well as can be: that is done once. */
export async function makeAsset(name: string, id: string, body: Buffer): Promise<Asset> {
  const type = assetType(id);
  const asset: Asset = { name, path: `/assets/${id}`, type, bytes: body.length, body };
  if (!COMPRESSIBLE.test(type)) return asset;
  const [gz, br] = await Promise.all([
    gzipAsync(body, { level: 9 }),
    brotliAsync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: body.length > LARGE_BYTES ? 10 : 11 } }),
  ]);
  if (gz.length < body.length) asset.gzip = gz;
  if (br.length < body.length) asset.br = br;
  return asset;
}

interface StoredManifest {
  format: number;
  /** Path, time and size of all sources. */
  sources: string;
  inputs: string[];
  files: { name: string; id: string; encodings: ('gzip' | 'br')[] }[];
}

/** Time and size of files outside a folder. */
async function stampFiles(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, size }) => `${path} ${mtimeMs} ${size}`,
        () => `${path} gone`,
      ),
    ),
  );
  return stamps.join('\n');
}

/** Keeps builds on disk, so that a start with unchanged sources builds nothing. A disk that cannot be written to costs only that. */
export class AssetStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What was built before from these sources, or undefined. `sources` describes the folder as it is now. */
  async load(key: string, sources: string): Promise<Asset[] | undefined> {
    try {
      const manifest = JSON.parse(await readFile(this.#manifestPath(key), 'utf8')) as StoredManifest;
      if (manifest.format !== FORMAT || manifest.sources !== `${sources}\n${await stampFiles(manifest.inputs)}`)
        return undefined;
      return await Promise.all(manifest.files.map((file) => this.#loadFile(file)));
    } catch {
      return undefined;
    }
  }

  /** A file that any build has made, by the last part of its address, or undefined. */
  async find(id: string): Promise<Asset | undefined> {
    if (!/^[A-Za-z0-9]+\.[a-z0-9]+$/.test(id)) return undefined;
    const body = await readFile(this.#filePath(id)).catch(() => undefined);
    if (!body) return undefined;
    const [gz, br] = await Promise.all(
      ['gzip', 'br'].map((encoding) => readFile(this.#filePath(id, encoding)).catch(() => undefined)),
    );
    const asset: Asset = { name: id, path: `/assets/${id}`, type: assetType(id), bytes: body.length, body };
    return { ...asset, ...(gz ? { gzip: gz } : {}), ...(br ? { br } : {}) };
  }

  /** Keeps a build. */
  async save(key: string, sources: string, { build, assets }: { build: Build; assets: Asset[] }): Promise<void> {
    const files = assets.map(({ name, path, gzip: gz, br }) => {
      const encodings: ('gzip' | 'br')[] = [];
      if (gz) encodings.push('gzip');
      if (br) encodings.push('br');
      return { name, id: path.slice('/assets/'.length), encodings };
    });
    const manifest: StoredManifest = {
      format: FORMAT,
      sources: `${sources}\n${await stampFiles(build.inputs)}`,
      inputs: build.inputs,
      files,
    };
    try {
      await mkdir(join(this.#directory, 'files'), { recursive: true });
      await Promise.all(assets.map((asset) => this.#saveFile(asset)));
      await this.#write(this.#manifestPath(key), Buffer.from(JSON.stringify(manifest)));
    } catch {
      // The next start builds again.
    }
  }

  /** Keeps a file that no build has made, so that other processes find it. */
  async keep(asset: Asset): Promise<void> {
    try {
      await mkdir(join(this.#directory, 'files'), { recursive: true });
      await this.#saveFile(asset);
    } catch {
      // Whoever asks another process for it makes it there.
    }
  }

  #manifestPath(key: string): string {
    return join(this.#directory, `${key}.json`);
  }

  #filePath(id: string, encoding = ''): string {
    return join(this.#directory, 'files', encoding ? `${id}.${encoding}` : id);
  }

  async #loadFile({ name, id, encodings }: StoredManifest['files'][number]): Promise<Asset> {
    const body = await readFile(this.#filePath(id));
    const asset: Asset = { name, path: `/assets/${id}`, type: assetType(id), bytes: body.length, body };
    for (const encoding of encodings) asset[encoding] = await readFile(this.#filePath(id, encoding));
    return asset;
  }

  async #saveFile({ path, body, gzip: gz, br }: Asset): Promise<void> {
    const id = path.slice('/assets/'.length);
    await this.#write(this.#filePath(id), body);
    if (gz) await this.#write(this.#filePath(id, 'gzip'), gz);
    if (br) await this.#write(this.#filePath(id, 'br'), br);
  }

  /** Whole or not at all: several workers build at once. */
  async #write(path: string, body: Buffer): Promise<void> {
    const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}`);
    await writeFile(temporary, body);
    await rename(temporary, path);
  }
}
