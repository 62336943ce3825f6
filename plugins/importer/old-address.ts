const PLAIN_KEYS = ['p', 'page_id', 'attachment_id'];

/** Percent-decodes; text that is no valid encoding stays as it is. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The address that something had on the old site, in one spelling: `/2012/01/hello` whatever the host, the slashes
 * and the encoding, or `/?p=12`. Null for the front page and for what is no address.
 *
 * @param url an absolute address, or a path
 */
export function oldAddress(url: string): string | null {
  const parsed = URL.parse(url.trim(), 'http://old.invalid');
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return null;
  const path = decodePath(parsed.pathname).normalize('NFC').split('/').filter(Boolean).join('/');
  if (path !== '') return `/${path}`;
  for (const key of PLAIN_KEYS) {
    const id = Number(parsed.searchParams.get(key) ?? 0);
    if (Number.isSafeInteger(id) && id > 0) return `/?p=${id}`;
  }
  return null;
}

/** The number of an item in an address such as `/?p=12`, as `oldAddress` writes it. */
export function plainNumber(address: string): string | undefined {
  return /^\/\?p=(\d+)$/.exec(address)?.[1];
}

/** The address of a file as a key: host without `www`, decoded path, no query. Null for what is no web address. */
export function fileKey(url: string): string | null {
  const parsed = URL.parse(url.trim());
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return null;
  return `${plainHost(parsed.host)}${decodePath(parsed.pathname).normalize('NFC')}`;
}

/** A host in lower case without `www.`. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}

/** The file that a scaled copy was made of: `photo-300x200.jpg` and `photo-scaled.jpg` come from `photo.jpg`. */
export function originalOf(key: string): { key: string; width: number | null } {
  const sized = /^(.*)-(\d{1,5})x\d{1,5}(\.[A-Za-z0-9]{2,5})$/.exec(key);
  if (sized) return { key: `${sized[1]}${sized[3]}`, width: Number(sized[2]) };
  return { key: key.replace(/-scaled(\.[A-Za-z0-9]{2,5})$/, '$1'), width: null };
}
