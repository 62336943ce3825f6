import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { createAjv } from '../../lib/json-schema.ts';
import type { Candidate } from './choose-release.ts';
import { type ArchivePlace, fetchChosen } from './registry-reader.ts';

/** A version of an npm package. */
export interface NpmRelease extends Candidate {
  tarball: string;
  sha512: string;
}

interface NpmDocument {
  versions: Record<string, { dist: { tarball: string; integrity?: string }; galley?: { engine?: string } }>;
  time?: Record<string, string>;
}

const MAX_JSON_BYTES = 50 * 1024 * 1024;
const MAX_ARCHIVE_BYTES = 100 * 1024 * 1024;
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

const isDocument = createAjv({ strict: false }).compile<NpmDocument>({
  type: 'object',
  required: ['versions'],
  properties: {
    versions: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['dist'],
        properties: {
          dist: {
            type: 'object',
            required: ['tarball'],
            properties: { tarball: { type: 'string' }, integrity: { type: 'string' } },
          },
          galley: { type: 'object', properties: { engine: { type: 'string' } } },
        },
      },
    },
    time: { type: 'object', additionalProperties: { type: 'string' } },
  },
});

/** The registry of npm packages: the setting, or what npm itself is set to. */
export async function npmRegistry(site: Site): Promise<string> {
  const chosen = site.config.plugins.npmRegistry;
  if (chosen !== '') return chosen.replace(/\/+$/, '');
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { timeout: 30_000 });
  return stdout.trim().replace(/\/+$/, '');
}

/** All versions of an npm package whose archives have a sha512. @throws GALLEY_PACKAGE_INVALID where there is none */
export async function npmReleases(site: Site, name: string): Promise<NpmRelease[]> {
  const base = await npmRegistry(site);
  const reply = await fetchChosen(site, base, `${base}/${name.replace('/', '%2f')}`, MAX_JSON_BYTES);
  if (!reply.ok) {
    reply.stream.destroy();
    throw new GalleyError('GALLEY_PACKAGE_INVALID', `npm has no package "${name}": it answered ${reply.status}.`);
  }
  const document = await reply.json();
  if (!isDocument(document))
    throw new GalleyError('GALLEY_PACKAGE_INVALID', `What npm says of "${name}" cannot be read.`);
  return Object.entries(document.versions).flatMap(([version, { dist, galley }]) => {
    if (!dist.integrity || !SHA512.test(dist.integrity)) return [];
    // What does not say when it came out came out just now.
    const released = document.time?.[version] ?? new Date().toISOString();
    return [{ version, engine: galley?.engine ?? '', released, tarball: dist.tarball, sha512: dist.integrity }];
  });
}

/** Brings the archive at an address into a file. */
export async function fetchArchive(site: Site, url: string, { file, signal }: ArchivePlace): Promise<void> {
  const reply = await fetchChosen(site, url, url, MAX_ARCHIVE_BYTES);
  if (!reply.ok) {
    reply.stream.destroy();
    throw new GalleyError('GALLEY_FETCH_FAILED', `${url} answered ${reply.status}.`);
  }
  await pipeline(reply.stream, createWriteStream(file, { flags: 'wx' }), { signal });
}
