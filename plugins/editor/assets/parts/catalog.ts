import type { Node } from '@tiptap/pm/model';
import { data } from 'galley/client';

/** A kind of block that the site has, as the server tells it. */
export interface CatalogEntry {
  name: string;
  title: string;
  category: string;
  description: string;
  keywords: string;
  /** Whether its HTML is made when a page is shown. */
  isDynamic: boolean;
  /** The controls of its attributes. */
  fields: CatalogField[];
}

/** A control of one attribute. */
interface CatalogField {
  name: string;
  label: string;
  kind: 'text' | 'textarea' | 'url' | 'number' | 'boolean' | 'select';
  help: string;
  choices: [value: string, label: string][];
  /** What holds where nothing is written. */
  standard?: unknown;
}

/** What the server leaves in the page for the editor. */
export interface EditorData {
  blocks: CatalogEntry[];
  preview: string;
  /** Where the script stands that reads Markdown. */
  markdown: string;
  /** What the entry is called: Post, Page. */
  noun: string;
  entry: number;
  /** What each type of content calls one of its own. */
  types: Record<string, string>;
  /** Whether the writer may use the library of files. */
  library: boolean;
  /** Whether the writer may keep blocks as a pattern. */
  mayMakePatterns: boolean;
  /** What its footnotes say, as JSON; empty for none. */
  footnotes: string;
}

const NOTHING: EditorData = {
  blocks: [],
  preview: '',
  markdown: '',
  noun: '',
  entry: 0,
  types: {},
  library: false,
  mayMakePatterns: false,
  footnotes: '',
};

let known: EditorData | undefined;
let byName: Map<string, CatalogEntry> | undefined;

/** What the server left in the page. */
export function editorData(): EditorData {
  known ??= data<EditorData>('editor') ?? NOTHING;
  return known;
}

/** The kind of block with this name, if the site has it. */
export function catalogEntry(name: unknown): CatalogEntry | undefined {
  byName ??= new Map(editorData().blocks.map((entry) => [entry.name, entry]));
  return typeof name === 'string' ? byName.get(name) : undefined;
}

/** What people call a block. */
export function titleOf(node: Node): string {
  const name: unknown = node.attrs['block'];
  return catalogEntry(name)?.title ?? (typeof name === 'string' ? name : '');
}
