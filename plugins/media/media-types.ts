import { GalleyError } from 'galley';

/** What a file is to people. */
export type MediaFamily = 'image' | 'audio' | 'video' | 'document';

/** A kind of file that is taken. All others are refused. */
export interface MediaKind {
  /** The type that it is stored and sent with. */
  type: string;
  family: MediaFamily;
  /** What people call it. */
  label: string;
  /** Extensions; the first is the one that stored files get. */
  extensions: readonly string[];
  /** Other names that browsers and detectors have for the type. */
  aliases?: readonly string[];
}

const office = (name: string): string => `application/vnd.openxmlformats-officedocument.${name}`;
const openDocument = (name: string): string => `application/vnd.oasis.opendocument.${name}`;
const document = (extension: string, type: string, { label }: { label: string }): MediaKind => ({
  type,
  family: 'document',
  label,
  extensions: [extension],
});

/** The files that are taken. */
export const MEDIA_KINDS: readonly MediaKind[] = [
  {
    type: 'image/jpeg',
    family: 'image',
    label: 'JPEG',
    extensions: ['jpg', 'jpeg', 'jpe'],
    aliases: ['image/jpg', 'image/pjpeg'],
  },
  { type: 'image/png', family: 'image', label: 'PNG', extensions: ['png'], aliases: ['image/apng', 'image/x-png'] },
  { type: 'image/webp', family: 'image', label: 'WebP', extensions: ['webp'] },
  { type: 'image/gif', family: 'image', label: 'GIF', extensions: ['gif'] },
  { type: 'image/avif', family: 'image', label: 'AVIF', extensions: ['avif'] },
  { type: 'audio/mpeg', family: 'audio', label: 'MP3', extensions: ['mp3'], aliases: ['audio/mp3'] },
  {
    type: 'audio/ogg',
    family: 'audio',
    label: 'Ogg',
    extensions: ['ogg', 'oga', 'opus'],
    aliases: ['audio/ogg; codecs=opus', 'audio/opus', 'application/ogg', 'audio/vorbis', 'video/ogg'],
  },
  {
    type: 'audio/wav',
    family: 'audio',
    label: 'WAV',
    extensions: ['wav'],
    aliases: ['audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  },
  { type: 'audio/mp4', family: 'audio', label: 'M4A', extensions: ['m4a'], aliases: ['audio/x-m4a', 'audio/aac'] },
  { type: 'video/mp4', family: 'video', label: 'MP4', extensions: ['mp4', 'm4v'], aliases: ['video/x-m4v'] },
  { type: 'video/webm', family: 'video', label: 'WebM', extensions: ['webm'] },
  document('pdf', 'application/pdf', { label: 'PDF' }),
  document('docx', office('wordprocessingml.document'), { label: 'Word' }),
  document('xlsx', office('spreadsheetml.sheet'), { label: 'Excel' }),
  document('pptx', office('presentationml.presentation'), { label: 'PowerPoint' }),
  document('odt', openDocument('text'), { label: 'OpenDocument text' }),
  document('ods', openDocument('spreadsheet'), { label: 'OpenDocument spreadsheet' }),
  document('odp', openDocument('presentation'), { label: 'OpenDocument presentation' }),
];

/** Drawings: taken only where the site says so, and cleaned. */
export const SVG_KIND: MediaKind = {
  type: 'image/svg+xml',
  family: 'image',
  label: 'SVG',
  extensions: ['svg'],
  aliases: ['application/xml', 'text/xml'],
};

/** Who sends this says nothing about what it is. */
const NOTHING_SAID = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

const SVG =
  'SVG pictures are not taken, because they can carry programs. Save the picture as PNG or WebP and upload that.';

/** No detector knows drawings for sure; whether it is one is seen when it is cleaned. */
function agreeOnSvg(sniffed: string | undefined, claim: string): MediaKind {
  const isText = sniffed === undefined || isKind(SVG_KIND, sniffed);
  if (isText && (NOTHING_SAID.has(claim) || isKind(SVG_KIND, claim))) return SVG_KIND;
  throw refuse('The name says SVG, but the content is something else. Nothing was stored.');
}

function refuse(message: string): GalleyError {
  return new GalleyError('GALLEY_FILE_REFUSED', message);
}

function isKind(kind: MediaKind, type: string): boolean {
  return kind.type === type || (kind.aliases?.includes(type) ?? false);
}

/** The kind of a stored type. */
export function kindOfType(type: string): MediaKind | undefined {
  return type === SVG_KIND.type ? SVG_KIND : MEDIA_KINDS.find((kind) => kind.type === type);
}

const ICONS: Record<MediaFamily, string> = {
  image: 'image',
  audio: 'music-note-beamed',
  video: 'film',
  document: 'file-earmark-text',
};

/** The name of the icon for a stored type. */
export function iconOf(type: string): string {
  return ICONS[kindOfType(type)?.family ?? 'document'];
}

/** The extension of a name in lower case, without the dot. */
export function extensionOf(name: string): string {
  return /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/**
 * What a file is, where its name, its first bytes and what was said of it agree.
 *
 * @param sniffed the type that its bytes show, or undefined
 * @param declared the type that the sender claims
 * @throws GALLEY_FILE_REFUSED for what is not taken, or where they disagree
 */
export function agreeOnKind(
  name: string,
  sniffed: string | undefined,
  declared = '',
  { isSvgTaken = false } = {},
): MediaKind {
  const extension = extensionOf(name);
  const claim = declared.split(';')[0]?.trim().toLowerCase() ?? '';
  if (isSvgTaken && extension === 'svg') return agreeOnSvg(sniffed, claim);
  if (extension === 'svg' || extension === 'svgz' || claim === 'image/svg+xml') throw refuse(SVG);
  const kind = MEDIA_KINDS.find(({ extensions }) => extensions.includes(extension));
  if (!kind) {
    const known = MEDIA_KINDS.map(({ extensions }) => extensions[0]).join(', ');
    throw refuse(`Files of the kind "${extension || 'without extension'}" are not taken. Taken are: ${known}.`);
  }
  if (sniffed === undefined || !isKind(kind, sniffed)) {
    const found = MEDIA_KINDS.find((other) => sniffed !== undefined && isKind(other, sniffed));
    throw refuse(
      `The name says ${kind.label}, but the content is ${found ? found.label : 'something else'}. Nothing was stored.`,
    );
  }
  if (!NOTHING_SAID.has(claim) && !isKind(kind, claim)) {
    throw refuse(`The file was sent as ${claim.slice(0, 80)}, but it is ${kind.label}. Nothing was stored.`);
  }
  return kind;
}
