// Files for tests, made when they are needed; none is kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A folder that goes with the test. */
export class SampleFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'galley-media-samples-'));
  #count = 0;

  /** Writes bytes under a name of its own and returns the path. */
  file(data: Uint8Array | string): string {
    const path = join(this.path, `sample-${++this.#count}`);
    writeFileSync(path, data);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A picture of noise, so that its bytes are not all the same. */
export function picture(width: number, height: number): Sharp {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#7a8',
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
    },
  });
}

export function jpeg(width = 400, height = 300): Promise<Buffer> {
  return picture(width, height).jpeg().toBuffer();
}

/** A JPEG that says where it was taken, and that it is to be turned by a quarter. */
export function photoWithPlace(): Promise<Buffer> {
  const exif = {
    IFD0: { Make: 'SecretCamera' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
  };
  return picture(400, 300).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
}

/** A GIF of so many small frames. */
export async function animation(frames: number, size = 8): Promise<Buffer> {
  const data = Buffer.alloc(frames * size * size * 3);
  for (let at = 0; at < data.length; at++) data[at] = (at * 31 + Math.floor(at / (size * size * 3)) * 97) % 251;
  const raw = { width: size, height: size * frames, channels: 3 as const, pageHeight: size };
  return sharp(data, { raw })
    .gif({ loop: 0, delay: Array.from({ length: frames }, () => 50) })
    .toBuffer();
}

const CRC = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, check]);
}

/** A small PNG whose header promises `side` × `side` pixels. */
export function pngBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PDF as small as one can be. */
export function pdf(): Buffer {
  return Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
}

/** Half a second of silence. */
export function wav(): Buffer {
  const samples = 4000;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 128)]);
}
