import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles } from '../theme/template-files.ts';

const INTRO = `# The doors of \`site\`

Every registry and every other part of \`site\`: what a plugin adds things with, finds and changes them. Made from the sources
by \`bin/galley plugin docs doors\`; do not edit it by hand: run \`bin/galley plugin docs doors > docs/registries.md\`. The
[chapters](plugins/README.md) show how doors are used. A call that gives back \`() => void\` is taken back by that; what a
plugin has added goes by itself where the plugin does.`;

/** Parts that no plugin has to do with. */
const HIDDEN = new Set(
  'breakers contained csp http impersonation migrations pages passwordResets passwords pluginChanges pluginChoice setup'.split(
    ' ',
  ),
);

/** A property of an interface or class, or a method. */
interface Member {
  name: string;
  /** As it is written, on one line. */
  signature: string;
  doc: string;
}

interface Door {
  path: string;
  type: string;
  doc: string;
}

interface ClassText {
  doc: string;
  members: Member[];
  body: string;
  /** What it is a registry of, where it is one. */
  kept: string | undefined;
}

/** The first sentence of a comment, without what stands behind \`@\`. */
function sentenceOf(comment = ''): string {
  const text = comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .split(/^\s*@/m)[0];
  const words = (text ?? '').replace(/\s+/g, ' ').trim();
  return /^.*?[.:](?= |$)/.exec(words)?.[0].replace(/:$/, '.') ?? words;
}

const COMMENT = '((?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?)';
const CLASS = new RegExp(
  `${COMMENT}export class (\\w+)(?:<T>)?(?: extends Registry<(\\w+)>)?[^{]*\\{\\n([\\s\\S]*?)^\\}`,
  'gm',
);
const METHOD = new RegExp(`^ {2}${COMMENT}(?:override |async )*(\\w+)((?:<[^\\n]*?>)?\\([\\s\\S]*?)(?: \\{)$`, 'gm');
const PROPERTY = new RegExp(
  `^ {2,4}${COMMENT}(?:readonly |get )?(\\w+)(?:\\(\\))?: (\\w+(?:<\\w+>)?)(?:;| \\{)$`,
  'gm',
);
/** What only the kernel calls. */
const INNER = new Set([
  'constructor',
  'ownedBy',
  'removeOwner',
  'start',
  'stop',
  'close',
  'settled',
  'receive',
  'recover',
]);

function membersOf(body: string): Member[] {
  const methods = [...body.matchAll(METHOD)].map(([, comment, name = '', rest = '']) => ({
    name,
    // Of a call that is typed in several ways, the first.
    signature: `${name}${rest.split(/;\n {2}(?! )/)[0]}`
      .replace(/\s+/g, ' ')
      .replace(/\( /g, '(')
      .replace(/,? \)/g, ')'),
    doc: sentenceOf(comment),
  }));
  return methods.filter(({ name, doc }) => doc !== '' && !INNER.has(name));
}

const propertiesOf = (body: string): Door[] =>
  [...body.matchAll(PROPERTY)].map(([, comment, path = '', type = '']) => ({ path, type, doc: sentenceOf(comment) }));

async function readCore(root: string): Promise<string[]> {
  const folder = join(root, 'core');
  const files = (await listFiles(folder)).filter(
    (file) => /\.ts$/.test(file) && !/(\.test|\.d)\.ts$|client\//.test(file),
  );
  return Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')));
}

function classesIn(sources: readonly string[]): Map<string, ClassText> {
  const found = sources.flatMap((source) =>
    [...source.matchAll(CLASS)].map(([, comment, name = '', kept, body = '']): [string, ClassText] => [
      name,
      { doc: sentenceOf(comment), members: membersOf(body), body, kept },
    ]),
  );
  return new Map(found);
}

/** The parts of the site, and what the admin consists of. */
function doorsIn(sources: readonly string[], classes: ReadonlyMap<string, ClassText>): Door[] {
  const declared = sources.flatMap((source) =>
    [...source.matchAll(/^ {2}interface Site \{\n([\s\S]*?)^ {2}\}/gm)].flatMap(([, body = '']) => propertiesOf(body)),
  );
  const admin = propertiesOf(classes.get('Admin')?.body ?? '').map((door) => ({ ...door, path: `admin.${door.path}` }));
  return [...declared, ...admin].filter(({ path }) => !HIDDEN.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function section({ path, type, doc }: Door, classes: ReadonlyMap<string, ClassText>): string | undefined {
  const own = classes.get(type);
  const kept = /^Registry<(\w+)>$/.exec(type)?.[1] ?? own?.kept;
  const names = new Set(own?.members.map(({ name }) => name));
  const general = kept ? (classes.get('Registry')?.members ?? []).filter(({ name }) => !names.has(name)) : [];
  const members = [...(own?.members ?? []), ...general];
  if (members.length === 0) return undefined;
  const says = doc || own?.doc;
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = members.map(({ signature, doc: does }) => {
    const typed = kept ? signature.replace(/\bT\b/g, kept) : signature;
    return `| \`${cell(typed)}\` | ${cell(does)} |`;
  });
  return [
    `## \`site.${path}\``,
    ...(says ? [says] : []),
    ['| call | what it does |', '|---|---|', ...lines].join('\n'),
  ].join('\n\n');
}

/** The reference of all registries as Markdown: the same text for the same sources. */
export async function doorDocs(root: string): Promise<string> {
  const sources = await readCore(root);
  const classes = classesIn(sources);
  const sections = doorsIn(sources, classes).flatMap((door) => section(door, classes) ?? []);
  return [INTRO, ...sections].join('\n\n');
}
