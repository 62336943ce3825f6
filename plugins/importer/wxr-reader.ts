import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { GalleyError } from 'galley';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { toAuthor, toItem, toSite, toTerm } from './wxr-convert.ts';
import type { WxrRecord } from './wxr-records.ts';
import { canonicalName, XmlNode } from './xml-node.ts';

/** Bounds of what is read. */
export interface WxrLimits {
  /** Bytes of the whole file. */
  totalBytes: number;
  /** Characters of one record. */
  recordCharacters: number;
  depth: number;
}

export const WXR_LIMITS: WxrLimits = { totalBytes: 1536 * 1024 * 1024, recordCharacters: 16 * 1024 * 1024, depth: 64 };

const VERSIONS = ['1.0', '1.1', '1.2'];
const CONVERT: Record<string, (node: XmlNode) => WxrRecord> = {
  'wp:author': toAuthor,
  'wp:category': toTerm,
  'wp:tag': toTerm,
  'wp:term': toTerm,
  item: toItem,
};

/** Builds records from the events of the parser. What it holds at a time is one record. */
class RecordBuilder {
  readonly #file: string;
  readonly #limits: WxrLimits;
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
  readonly #stack: XmlNode[] = [];
  #depth = 0;
  #characters = 0;
  #channel: XmlNode | undefined;
  #isSiteTold = false;
  #records: WxrRecord[] = [];

  constructor(file: string, limits: WxrLimits) {
    this.#file = file;
    this.#limits = limits;
    this.#parser.on('error', (error) => this.#refuse(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
    this.#parser.on('doctype', () => this.#refuse('a document type is declared, which no export of WordPress does'));
    this.#parser.on('opentag', (tag) => this.#open(tag));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
  }

  write(chunk: string): WxrRecord[] {
    this.#parser.write(chunk);
    return this.#take();
  }

  end(): WxrRecord[] {
    if (!this.#channel && this.#depth === 0 && this.#parser.position === 0) this.#refuse('the file is empty');
    this.#parser.close();
    if (!this.#channel) this.#refuse('there is no <channel> in it: this is no export of WordPress (WXR)');
    this.#tellSite();
    return this.#take();
  }

  #take(): WxrRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  #refuse(problem: string): never {
    throw new GalleyError(
      'GALLEY_IMPORT_INVALID',
      `${this.#file}:${this.#parser.line}: ${problem}. Nothing was imported. Export the site again (Tools → Export) and check that the file is whole.`,
    );
  }

  #open(tag: SaxesTagNS): void {
    if (++this.#depth > this.#limits.depth) this.#refuse(`elements stand more than ${this.#limits.depth} deep`);
    const attributes = new Map(Object.values(tag.attributes).map((attribute) => [attribute.local, attribute.value]));
    const node = new XmlNode(canonicalName(tag.uri, tag.local), this.#parser.line, attributes);
    if (this.#depth === 1 && node.name !== 'rss')
      this.#refuse(`it begins with <${tag.name}>, not with <rss>: this is no export of WordPress (WXR)`);
    if (this.#depth === 2 && node.name === 'channel') this.#channel = node;
    else if (this.#channel && this.#depth >= 3) {
      if (this.#depth === 3) this.#characters = 0;
      if (this.#depth === 3 && CONVERT[node.name]) this.#tellSite();
      this.#stack.at(-1)?.children.push(node);
      this.#stack.push(node);
    }
  }

  #text(text: string): void {
    const node = this.#stack.at(-1);
    if (!node) return;
    this.#characters += text.length;
    if (this.#characters > this.#limits.recordCharacters)
      this.#refuse(`one record has more than ${this.#limits.recordCharacters} characters`);
    node.text += text;
  }

  #close(): void {
    this.#depth--;
    const node = this.#stack.pop();
    if (!node || this.#depth !== 2) return;
    const convert = CONVERT[node.name];
    if (convert) this.#records.push(convert(node));
    else if (!this.#isSiteTold) this.#channel?.children.push(node);
  }

  /** The facts of the site stand before everything else. */
  #tellSite(): void {
    if (this.#isSiteTold || !this.#channel) return;
    this.#isSiteTold = true;
    const site = toSite(this.#channel);
    if (!VERSIONS.includes(site.version)) {
      this.#refuse(
        site.version === ''
          ? 'the version of the export (wp:wxr_version) is missing'
          : `version ${site.version} of the export is unknown; ${VERSIONS.join(', ')} can be read`,
      );
    }
    this.#records.push(site);
  }
}

/**
 * Reads an export of WordPress record by record, in bounded memory. The format is RSS 2.0 with WordPress's own
 * elements, versions 1.0 to 1.2.
 *
 * @throws GALLEY_IMPORT_INVALID with file and line | GALLEY_FILE_UNKNOWN
 */
export async function* readWxr(file: string, limits: WxrLimits = WXR_LIMITS): AsyncGenerator<WxrRecord> {
  const builder = new RecordBuilder(basename(file), limits);
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let bytes = 0;
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limits.totalBytes) {
        throw new GalleyError(
          'GALLEY_IMPORT_INVALID',
          `${basename(file)} is larger than ${limits.totalBytes} bytes. Split the export, or raise the limit with --max-bytes.`,
        );
      }
      yield* builder.write(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR')
      throw new GalleyError('GALLEY_FILE_UNKNOWN', `There is no file ${file}.`, { cause: error });
    throw error;
  } finally {
    stream.destroy();
  }
  yield* builder.end();
}
