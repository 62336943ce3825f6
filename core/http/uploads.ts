import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { GalleyError } from '../lib/errors.ts';
import { makeScratch } from '../services/scratch.ts';
import { addValue, type FormValues } from './form-values.ts';

/** A file that came with a form. Nothing that the visitor says of it is proven: name and type are his. */
export interface Upload {
  /** Name of the form's field. */
  field: string;
  /** The name on the visitor's machine, without folders and control characters, 200 characters at most. */
  filename: string;
  /** The type that the browser claims. */
  type: string;
  /** Bytes, as counted. */
  size: number;
  /** Where it lies until the reply is sent. Move it to keep it. */
  path: string;
}

/** What a multipart body held. */
export interface Multipart {
  values: FormValues;
  files: Upload[];
}

/** Limits of a multipart body. */
export interface UploadLimits {
  /** Bytes of one file. */
  fileBytes: number;
  /** Bytes of one field that is no file. */
  fieldBytes: number;
  files: number;
}

const MAX_FIELDS = 1000;

/** A name without what could lead elsewhere, look like something else or break a line. */
export function cleanFilename(name: string): string {
  const base = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(-200);
  return /^\.*$/.test(clean) ? 'file' : clean;
}

/** Errors of the parser have neither status nor code; those of the disk have a code. */
function isBrokenBody(error: unknown): boolean {
  return error instanceof Error && !('statusCode' in error) && !('code' in error);
}

/** Counts what goes through and stops at the limit, whatever Content-Length said. */
function counter(limit: number, count: (bytes: number) => void): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      count(total);
      if (total > limit) done(new GalleyError('GALLEY_INPUT_TOO_LARGE', `A file is larger than ${limit} bytes.`));
      else done(null, chunk);
    },
  });
}

/** Files of one request, in a folder of their own that goes with it. */
export class Uploads {
  readonly #request: FastifyRequest;
  readonly #limits: UploadLimits;
  #read: Promise<Multipart> | undefined;
  #folder: string | undefined;

  constructor(request: FastifyRequest, limits: UploadLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  /**
   * Reads the whole body, once: fields into memory, files onto the disk.
   * @throws GALLEY_INPUT_TOO_LARGE | GALLEY_INPUT_INVALID
   */
  read(): Promise<Multipart> {
    this.#read ??= this.#readParts().catch((error: unknown) => {
      throw isBrokenBody(error)
        ? new GalleyError('GALLEY_INPUT_INVALID', 'The form cannot be read.', { cause: error })
        : error;
    });
    return this.#read;
  }

  /** Removes the files that are still there. */
  async remove(): Promise<void> {
    await this.#read?.catch(() => undefined);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  async #readParts(): Promise<Multipart> {
    const result: Multipart = { values: new Map(), files: [] };
    const { fileBytes, fieldBytes, files } = this.#limits;
    const limits = {
      fileSize: fileBytes + 1,
      fieldSize: fieldBytes,
      files,
      fields: MAX_FIELDS,
      headerPairs: 50,
      fieldNameSize: 200,
    };
    for await (const part of this.#request.parts({ limits })) {
      if (part.type === 'file')
        result.files.push(await this.#save(part.fieldname, part.filename, part.mimetype, part.file));
      else if (part.valueTruncated || part.fieldnameTruncated)
        throw new GalleyError('GALLEY_INPUT_TOO_LARGE', 'A field of the form is too long.');
      else addValue(result.values, part.fieldname, String(part.value));
    }
    result.files = result.files.filter((file) => file.size > 0 || file.filename !== 'file');
    return result;
  }

  async #save(
    field: string,
    filename: string | undefined,
    type: string,
    source: NodeJS.ReadableStream,
  ): Promise<Upload> {
    this.#folder ??= makeScratch('upload');
    const upload: Upload = {
      field,
      filename: cleanFilename(filename ?? ''),
      type,
      size: 0,
      path: join(this.#folder, randomUUID()),
    };
    const count = counter(this.#limits.fileBytes, (bytes) => {
      upload.size = bytes;
    });
    await pipeline(source, count, createWriteStream(upload.path, { mode: 0o600, flags: 'wx' }));
    return upload;
  }
}
