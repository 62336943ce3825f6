// Start tags in the source of a block: read and changed in place, everything else in them stays as it was written.

/** A start tag and where it stands. */
interface StartTag {
  name: string;
  /** All between the name and `>`. */
  inside: string;
  start: number;
  end: number;
}

const TAG = /<([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>/g;
const ATTRIBUTE = /\s*([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

const ENTITIES: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', '#39': "'", '#039': "'" };

/** Text of an attribute as it is meant. */
export function decodeEntities(text: string): string {
  return text.replace(/&(quot|amp|lt|gt|#0?39);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Text as it stands in a quoted attribute. */
export function encodeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The first start tag, or the first with one of these names. */
export function findTag(html: string, names?: readonly string[]): StartTag | undefined {
  for (const match of html.matchAll(TAG)) {
    const name = (match[1] ?? '').toLowerCase();
    if (names && !names.includes(name)) continue;
    return { name, inside: match[2] ?? '', start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

/** The attributes of a tag, in order. */
export function attributesOf(tag: Pick<StartTag, 'inside'>): [name: string, value: string][] {
  return [...tag.inside.matchAll(ATTRIBUTE)]
    .filter((match) => match[1] !== undefined)
    .map((match) => [(match[1] ?? '').toLowerCase(), decodeEntities(match[2] ?? match[3] ?? match[4] ?? '')]);
}

/** The value of an attribute of the first such tag. */
export function readAttribute(html: string, tags: readonly string[] | undefined, name: string): string | undefined {
  const tag = findTag(html, tags);
  return tag && attributesOf(tag).find(([own]) => own === name)?.[1];
}

/** Sets an attribute of the first such tag, or takes it away (undefined). The other attributes keep their bytes. */
export function writeAttribute(
  html: string,
  tags: readonly string[] | undefined,
  name: string,
  value: string | undefined,
): string {
  const tag = findTag(html, tags);
  if (!tag) return html;
  const written = value === undefined ? '' : ` ${name}="${encodeAttribute(value)}"`;
  const match = [...tag.inside.matchAll(ATTRIBUTE)].find((one) => one[1]?.toLowerCase() === name);
  const inside = match
    ? tag.inside.slice(0, match.index) + written + tag.inside.slice(match.index + match[0].length)
    : tag.inside.replace(/(\s*\/?)$/, (end) => written + end);
  const nameEnd = tag.start + 1 + tag.name.length;
  return html.slice(0, nameEnd) + inside + html.slice(tag.end - 1);
}

/** The classes of the first such tag. */
export function classesOf(html: string, tags?: readonly string[]): string[] {
  return (readAttribute(html, tags, 'class') ?? '').split(/\s+/).filter(Boolean);
}

/** Takes classes away and adds others; a tag without classes has no such attribute. */
export function changeClasses(
  html: string,
  change: { remove?: (name: string) => boolean; add?: readonly string[] },
  tags?: readonly string[],
): string {
  const before = classesOf(html, tags);
  const kept = before.filter((name) => !change.remove?.(name));
  const after = [...kept, ...(change.add ?? []).filter((name) => !kept.includes(name))];
  if (after.join(' ') === before.join(' ')) return html;
  return writeAttribute(html, tags, 'class', after.length > 0 ? after.join(' ') : undefined);
}

/** Gives an element another name: its first start tag in `head` and its last end tag in `tail`. */
export function renameTag(head: string, tail: string, to: string): { head: string; tail: string } {
  const tag = findTag(head);
  if (!tag) return { head, tail };
  const end = `</${tag.name}>`;
  const at = tail.toLowerCase().lastIndexOf(end);
  return {
    head: `${head.slice(0, tag.start)}<${to}${head.slice(tag.start + 1 + tag.name.length)}`,
    tail: at < 0 ? tail : `${tail.slice(0, at)}</${to}>${tail.slice(at + end.length)}`,
  };
}

/** Gives an attribute another name in all start tags; values keep their bytes. */
export function renameAttributes(html: string, from: string, to: string): string {
  if (!html.includes(from)) return html;
  return html.replace(TAG, (tag, name: string, inside: string) => {
    if (!inside.includes(from)) return tag;
    const renamed = inside.replace(ATTRIBUTE, (whole, own: string | undefined) =>
      own?.toLowerCase() === from ? whole.replace(own, to) : whole,
    );
    return `<${name}${renamed}>`;
  });
}
