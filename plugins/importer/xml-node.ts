/** An element with its text and its children, by the names that the standard gives them, whatever the prefixes are. */
export class XmlNode {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[] = [];
  text = '';

  constructor(name: string, line: number, attributes: ReadonlyMap<string, string>) {
    this.name = name;
    this.line = line;
    this.attributes = attributes;
  }

  /** The text of the first child of that name, or nothing. */
  get(name: string): string {
    return this.children.find((child) => child.name === name)?.text ?? '';
  }

  /** The text of a child as a whole number, or 0. */
  number(name: string): number {
    const value = Number(this.get(name).trim());
    return Number.isSafeInteger(value) ? value : 0;
  }

  all(name: string): XmlNode[] {
    return this.children.filter((child) => child.name === name);
  }
}

const NAMESPACES: [RegExp, string][] = [
  [/^https?:\/\/wordpress\.org\/export\/[\d.]+\/excerpt\/?$/, 'excerpt'],
  [/^https?:\/\/wordpress\.org\/export\/[\d.]+\/?$/, 'wp'],
  [/^https?:\/\/purl\.org\/rss\/1\.0\/modules\/content\/?$/, 'content'],
  [/^https?:\/\/purl\.org\/dc\/elements\/1\.1\/?$/, 'dc'],
  [/^urn:galley:wxr:1$/, 'galley'],
];

/** The name of an element with the usual prefix of its namespace: exports may bind others. */
export function canonicalName(uri: string, local: string): string {
  if (uri === '') return local;
  const prefix = NAMESPACES.find(([pattern]) => pattern.test(uri))?.[1];
  return prefix ? `${prefix}:${local}` : `other:${local}`;
}
