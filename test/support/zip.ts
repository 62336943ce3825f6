import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip file that may be as wrong as a test wants. */
export interface ZipEntry {
  name: string;
  data?: string | Buffer;
  /** Unix mode with file type: 0o120777 is a link. */
  mode?: number;
  deflate?: boolean;
  /** What the headers claim as unpacked size, where that is not the truth. */
  claimedSize?: number;
  /** Bit flags, 1 for encrypted. */
  flags?: number;
  method?: number;
  /** Points to the bytes of this entry instead of its own. */
  sharesWith?: number;
}

/** Builds a zip file byte by byte, so that it can say what no honest tool would write. */
export function buildZip(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, entry] of entries.entries()) {
    const raw = Buffer.from(entry.data ?? '');
    const packed = entry.deflate ? deflateRawSync(raw) : raw;
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(22);
    common.writeUInt16LE((entry.flags ?? 0) | 0x800, 0);
    common.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 2);
    common.writeUInt32LE(crc32(raw), 8);
    common.writeUInt32LE(packed.length, 12);
    common.writeUInt32LE(entry.claimedSize ?? raw.length, 16);
    common.writeUInt16LE(name.length, 20);
    offsets.push(offset);
    if (entry.sharesWith === undefined) {
      const header = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0]), common, Buffer.alloc(2), name]);
      local.push(header, packed);
      offset += header.length + packed.length;
    }
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 8);
    tail.writeUInt32LE(offsets[entry.sharesWith ?? index] ?? 0, 12);
    central.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 3, 20, 0]), common, Buffer.alloc(2), tail.subarray(2), name);
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}
