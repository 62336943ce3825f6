import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import type { FetchReply } from '../fetch.ts';
import {
  type Publication,
  parseIndex,
  parseKeys,
  parsePublication,
  type RegistryKeys,
  type RegistryLine,
  type Release,
  type Revocation,
} from './registry-format.ts';
import { judgeList } from './registry-judge.ts';
import { refusalOf } from './registry-keys.ts';

const MAX_JSON_BYTES = 20 * 1024 * 1024;

/** A version, and why nobody may have it. */
export type OfferedRelease = Release & { refusal: string | undefined };

/** What counts of what a registry takes back. */
export interface RegistryWord {
  keys: RegistryKeys;
  /** Whether the registry's key signed it. */
  isSigned: boolean;
  /** Why that is not what the registry says now, but what it said last. */
  problem: string | undefined;
  /** Why a version counts no more. @param release as the registry lists it, where it does */
  against(name: string, version: string, release: Release | undefined): Revocation | undefined;
}

/** Where an archive is brought to. */
export interface ArchivePlace {
  file: string;
  /** Stops it. */
  signal: AbortSignal | undefined;
}

/**
 * Fetches from an address that the operator chose: http where he wrote that, and hosts of his own network where the
 * setting fetch.privateHosts names them.
 */
export async function fetchChosen(site: Site, base: string, url: string, maxBytes: number): Promise<FetchReply> {
  return site.fetch(url, { allowHttp: base.startsWith('http:'), allowPrivate: true, maxBytes, timeoutMs: 60_000 });
}

/** Reads a registry of plugins: a folder, or an address that gives out its files. */
export class RegistryReader {
  readonly #site: Site;
  #word: Promise<RegistryWord> | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Those of its plugins that have all words in name, title or description. @throws as `list` does */
  async search(words: readonly string[]): Promise<RegistryLine[]> {
    const wanted = words.map((word) => word.toLowerCase());
    return (await this.list()).filter(({ name, title, description }) => {
      const text = `${name} ${title} ${description}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
  }

  /** All plugins of the registry. @throws GALLEY_PACKAGE_INVALID, GALLEY_FETCH_FAILED */
  async list(): Promise<RegistryLine[]> {
    const json = await this.#read('index.json');
    if (json === undefined) throw new GalleyError('GALLEY_PACKAGE_INVALID', `There is no registry at ${this.address}.`);
    return parseIndex(json, 'index.json').plugins;
  }

  /** What the registry has of a plugin; undefined where it knows none of that name. */
  async find(name: string): Promise<Publication | undefined> {
    const file = `plugins/${name}.json`;
    const json = await this.#read(file);
    return json === undefined ? undefined : parsePublication(json, name, file);
  }

  /** The same, each version with why nobody may have it any more. @throws as `list` does */
  async offer(name: string): Promise<(Omit<Publication, 'releases'> & { releases: OfferedRelease[] }) | undefined> {
    const publication = await this.find(name);
    if (!publication) return undefined;
    const word = await this.#wordToInstall();
    const releases = publication.releases.map((release) => {
      const revoked = word.against(name, release.version, release);
      return { ...release, refusal: refusalOf({ ...release, revoked }, word.keys) };
    });
    return { ...publication, releases };
  }

  /** What the registry says of keys; nothing where it says nothing. @throws also where what it says is refused */
  async keys(): Promise<RegistryKeys> {
    return (await this.#wordToInstall()).keys;
  }

  /**
   * What counts of what the registry takes back: what its key signed, and where it has none, what stands in its files.
   * Asked once by each reader.
   */
  word(): Promise<RegistryWord> {
    this.#word ??= this.#askWord();
    return this.#word;
  }

  async #askWord(): Promise<RegistryWord> {
    const judged = await judgeList(this.#site, this.address, await this.#read('revocations.json'));
    const { list, problem } = judged ?? {};
    if (list)
      return {
        keys: list.keys,
        isSigned: true,
        problem,
        against: (name, version) => list.releases[`${name}@${version}`],
      };
    const json = await this.#read('keys.json');
    const keys = json === undefined ? {} : parseKeys(json, 'keys.json');
    return { keys, isSigned: false, problem, against: (_name, _version, release) => release?.revoked };
  }

  async #wordToInstall(): Promise<RegistryWord> {
    const word = await this.word();
    if (word.problem === undefined) return word;
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `${word.problem} ${says('Nothing is installed from it until that is right: ask whoever runs it. A new key or list that is meant to be is taken after "galley registry trust --forget".')}`,
    );
  }

  /** Brings the archive of a release into a file. */
  async fetchArchive({ archive, size }: Release, { file, signal }: ArchivePlace): Promise<void> {
    const address = this.address;
    if (address.startsWith('/')) {
      await pipeline(createReadStream(join(address, archive)), createWriteStream(file, { flags: 'wx' }), { signal });
      return;
    }
    const reply = await this.#fetch(archive, size);
    if (!reply.ok) throw new GalleyError('GALLEY_FETCH_FAILED', `${reply.url} answered ${reply.status}.`);
    await pipeline(reply.stream, createWriteStream(file, { flags: 'wx' }), { signal });
  }

  /** Where it is. @throws GALLEY_PACKAGE_INVALID where none is set */
  get address(): string {
    const address = this.#site.config.plugins.registry;
    if (address !== '') return address.replace(/\/+$/, '');
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      'No registry is set, so plugins cannot be found by name. Set plugins.registry (GALLEY_PLUGINS_REGISTRY) to its address or folder.',
    );
  }

  #fetch(path: string, maxBytes: number): Promise<FetchReply> {
    const base = this.address;
    return fetchChosen(this.#site, base, `${base}/${path}`, maxBytes);
  }

  async #read(path: string): Promise<string | undefined> {
    const address = this.address;
    if (address.startsWith('/')) return readFile(join(address, path), 'utf8').catch(() => undefined);
    const reply = await this.#fetch(path, MAX_JSON_BYTES);
    if (reply.ok) return reply.text();
    reply.stream.destroy();
    if (reply.status === 404 || reply.status === 410) return undefined;
    throw new GalleyError('GALLEY_FETCH_FAILED', `${reply.url} answered ${reply.status}.`);
  }
}
