import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GalleyError, type Site, type Viewer } from 'galley';
import { cleanName } from './file-name.ts';
import type { ImageTool } from './image-tool.ts';
import { agreeOnKind, type MediaKind, SVG_KIND } from './media-types.ts';

/** A file from outside. Nothing that is said of it is believed. */
export interface IncomingFile {
  /** Where it lies; it is read and left where it is. */
  path?: string;
  /** Or where it comes from. */
  stream?: Readable;
  /** Its name at the sender's. */
  name: string;
  /** The type that the sender claims. */
  declaredType?: string;
}

/** Where a file may be fetched. */
export interface RemoteFile {
  url: string;
  /** Host names that it may come from, also after redirects. */
  hosts: readonly string[];
}

/** A file that was checked and, if it is a picture, encoded anew. */
export interface CheckedFile {
  /** Where it lies until `use` has ended. */
  path: string;
  name: string;
  kind: MediaKind;
  bytes: number;
  sha256: string;
  /** Of what was sent. */
  uploadSha256: string;
  width: number | null;
  height: number | null;
}

function tooLarge(limit: number): GalleyError {
  const megabytes = Math.floor(limit / 1e6);
  return new GalleyError(
    'GALLEY_INPUT_TOO_LARGE',
    `The file is larger than ${megabytes > 0 ? `${megabytes} MB` : `${limit} bytes`}.`,
  );
}

/** Counts what goes through and stops at the limit. */
function counter(limit: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.length;
      if (total > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
}

/** The SHA-256 of a file, in hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Where files come in: counted, identified, shown to scanners, and made harmless where they are pictures. */
export class Incoming {
  readonly #site: Site;
  readonly #images: ImageTool;

  constructor(site: Site, images: ImageTool) {
    this.#site = site;
    this.#images = images;
  }

  /**
   * Checks a file and hands it to `use`. Whatever happens, nothing of it is left in the temporary folder.
   * @throws GALLEY_FILE_REFUSED | GALLEY_INPUT_TOO_LARGE | GALLEY_FILE_UNKNOWN
   */
  async check<T>(file: IncomingFile, viewer: Viewer, use: (checked: CheckedFile) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'galley-media-'));
    try {
      const source = await this.#stage(file, join(folder, 'in'));
      return await use(await this.#inspect({ ...file, path: source }, viewer, join(folder, 'out')));
    } finally {
      file.stream?.destroy();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Fetches a file as something to be checked.
   * @throws GALLEY_FETCH_REFUSED for another host than those allowed; GALLEY_FETCH_FAILED
   */
  async download({ url, hosts }: RemoteFile, name: string, signal?: AbortSignal): Promise<IncomingFile> {
    const allowed = new Set(hosts.map((host) => host.toLowerCase()));
    const demand = (address: string): void => {
      if (URL.canParse(address) && allowed.has(new URL(address).hostname)) return;
      throw new GalleyError(
        'GALLEY_FETCH_REFUSED',
        `${address.slice(0, 200)} is not fetched: files are taken from ${[...allowed].join(', ') || 'nowhere'} only.`,
      );
    };
    demand(url);
    const maxBytes = this.#site.config.http.uploadLimit;
    const timeoutMs = Math.max(this.#site.config.fetch.timeoutMs, 120_000);
    const reply = await this.#site.fetch(url, { maxBytes, timeoutMs, allowHttp: true, ...(signal ? { signal } : {}) });
    if (!reply.ok || !allowed.has(new URL(reply.url).hostname)) reply.stream.destroy();
    demand(reply.url);
    if (!reply.ok) throw new GalleyError('GALLEY_FETCH_FAILED', `${url.slice(0, 200)} answered ${reply.status}.`);
    return { stream: reply.stream, name, declaredType: reply.type };
  }

  /** The path of the file, on the disk and not above the limit. */
  async #stage({ path, stream }: IncomingFile, target: string): Promise<string> {
    const limit = this.#site.config.http.uploadLimit;
    if (stream) {
      await pipeline(stream, counter(limit), createWriteStream(target, { mode: 0o600, flags: 'wx' }));
      return target;
    }
    const facts = path === undefined ? undefined : await lstat(path).catch(() => undefined);
    if (path === undefined || !facts?.isFile())
      throw new GalleyError('GALLEY_FILE_UNKNOWN', `There is no file ${path ?? ''}.`);
    if (facts.size > limit) throw tooLarge(limit);
    return path;
  }

  async #inspect(file: IncomingFile & { path: string }, viewer: Viewer, target: string): Promise<CheckedFile> {
    const name = cleanName(file.name);
    const { fileTypeFromFile } = await import('file-type');
    // What the detector stumbles over is unknown, and what is unknown is refused.
    const sniffed = await fileTypeFromFile(file.path).catch(() => undefined);
    const kind = agreeOnKind(name, sniffed?.mime, file.declaredType, {
      isSvgTaken: await this.#site.options.get<boolean>('media_allow_svg'),
    });
    const { size } = await stat(file.path);
    await this.#scan({ path: file.path, name, type: kind.type, bytes: size, viewer });
    const uploadSha256 = await hashOf(file.path);
    const known = { name, kind, uploadSha256 };
    if (kind === SVG_KIND) return { ...known, ...(await this.#clean(file.path, target)) };
    if (kind.family !== 'image')
      return { ...known, path: file.path, bytes: size, sha256: uploadSha256, width: null, height: null };
    const written = await this.#images.rewrite(file.path, kind.type, target);
    return { ...known, path: target, sha256: await hashOf(target), ...written };
  }

  /** A drawing with nothing left that could do anything. */
  async #clean(
    path: string,
    target: string,
  ): Promise<Pick<CheckedFile, 'path' | 'bytes' | 'sha256' | 'width' | 'height'>> {
    const { cleanSvg } = await import('./svg.ts');
    const { text, width, height } = cleanSvg(await readFile(path));
    await writeFile(target, text, { mode: 0o600, flag: 'wx' });
    return { path: target, bytes: Buffer.byteLength(text), sha256: await hashOf(target), width, height };
  }

  async #scan(file: { path: string; name: string; type: string; bytes: number; viewer: Viewer }): Promise<void> {
    const answer = await this.#site.hooks.first('file:received', file);
    if (!answer) return;
    this.#site.log.warn({ name: file.name, type: file.type, reason: answer.refused }, 'A file was refused');
    throw new GalleyError('GALLEY_FILE_REFUSED', `The file was refused: ${answer.refused}`);
  }
}
