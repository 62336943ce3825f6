import { joinParts, type MergeConflict, type MergePart, mergeBlocks } from 'galley';
import type { EntryValues } from './entry-values.ts';

/** One decision that a person has to take: both sides changed the same thing. */
export interface Choice {
  /** Names its controls. */
  key: string;
  /** The value it is about: `content`, `title`, `fields.price`. */
  about: string;
  /** Texts can be put together or written anew; values are the one or the other. */
  isText: boolean;
  base: unknown;
  theirs: unknown;
  mine: unknown;
}

/** What was decided: whose, both one after the other, or words of one's own. */
export interface Decision {
  take: 'theirs' | 'mine' | 'both' | 'own';
  text: string;
}

/** Two states of a form that were made of the same one, put together as far as that decides itself. */
export interface Merge {
  theirs: EntryValues;
  mine: EntryValues;
  /** What is settled; where there is a choice, mine. */
  settled: EntryValues;
  /** Texts in their parts, by name: settled stretches and conflicts in order. */
  texts: Record<string, MergePart[]>;
  choices: Choice[];
  /** Things that only they changed and that came in by themselves. */
  taken: string[];
}

/** What is known of the state that both began with. */
export type MergeBase = Partial<EntryValues>;

const TEXTS = ['title', 'content', 'excerpt'] as const;
const VALUES = [
  'slug',
  'visibility',
  'password',
  'date',
  'until',
  'untilThen',
  'authorId',
  'parentId',
  'order',
  'template',
  'featuredId',
  'sticky',
  'commentsOpen',
] as const;

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

/** Puts two states together: what one side changed is taken, what both changed differently is a choice. */
export function mergeValues(base: MergeBase, theirs: EntryValues, mine: EntryValues): Merge {
  const merge: Merge = { theirs, mine, settled: structuredClone(mine), texts: {}, choices: [], taken: [] };
  for (const name of TEXTS) {
    const parts = mergeText(base[name], theirs[name], mine[name]);
    addText(merge, name, parts);
    merge.settled[name] = joined(parts, (conflict) => conflict.mine);
  }
  for (const name of VALUES) {
    const value = decide(merge, name, base[name], [theirs[name], mine[name]]);
    Object.assign(merge.settled, { [name]: value });
  }
  mergeFields(merge, base);
  mergeTerms(merge, base);
  return merge;
}

function mergeText(base: string | undefined, theirs: string, mine: string): MergePart[] {
  const [other, own] = [lines(theirs), lines(mine)];
  // The bytes of the store, where only they changed something or nobody did.
  if (other === own || (base !== undefined && lines(base) === own))
    return theirs === '' ? [] : [{ kind: 'settled', text: theirs }];
  if (base !== undefined) return mergeBlocks(lines(base), other, own);
  return [{ kind: 'conflict', base: '', theirs: other, mine: own }];
}

function addText(merge: Merge, name: string, parts: MergePart[]): void {
  merge.texts[name] = parts;
  parts.forEach((part, index) => {
    if (part.kind === 'conflict')
      merge.choices.push({ ...pick(part), key: `${name}.${index}`, about: name, isText: true });
  });
}

const pick = ({ base, theirs, mine }: MergeConflict): Pick<MergeConflict, 'base' | 'theirs' | 'mine'> => ({
  base,
  theirs,
  mine,
});

function decide(merge: Merge, name: string, base: unknown, [theirs, mine]: [unknown, unknown]): unknown {
  if (isSame(theirs, mine) || isSame(base, theirs)) return mine;
  if (base !== undefined && isSame(base, mine)) {
    merge.taken.push(name);
    return theirs;
  }
  merge.choices.push({ key: name, about: name, isText: false, base, theirs, mine });
  return mine;
}

function mergeFields(merge: Merge, base: MergeBase): void {
  const { theirs, mine, settled } = merge;
  // The form has only what the person may write; the rest stays as it is.
  for (const name of Object.keys(mine.fields)) {
    const about = `fields.${name}`;
    const [old, other, own] = [base.fields?.[name], theirs.fields[name], mine.fields[name]];
    if (typeof old === 'string' && typeof other === 'string' && typeof own === 'string') {
      const parts = mergeText(old, other, own);
      addText(merge, about, parts);
      settled.fields[name] = joined(parts, (conflict) => conflict.mine);
    } else settled.fields[name] = decide(merge, about, base.fields && (old ?? null), [other, own]);
  }
}

/** Terms never are in each other's way: what either side added is there, what either side took out is gone. */
function mergeTerms({ theirs, mine, settled }: Merge, base: MergeBase): void {
  for (const [name, own] of Object.entries(mine.terms))
    settled.terms[name] = mergeSets(base.terms?.[name], theirs.terms[name] ?? [], own);
  const names = (text: string | undefined): string[] | undefined =>
    text
      ?.split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  for (const [name, own] of Object.entries(mine.tags))
    settled.tags[name] = mergeSets(names(base.tags?.[name]), names(theirs.tags[name]) ?? [], names(own) ?? []).join(
      ', ',
    );
}

function mergeSets<T>(base: readonly T[] | undefined, theirs: readonly T[], mine: readonly T[]): T[] {
  const gone = (base ?? []).filter((item) => !theirs.includes(item) || !mine.includes(item));
  return [...new Set([...theirs, ...mine])].filter((item) => !gone.includes(item));
}

const joined = (parts: readonly MergePart[], choose: (conflict: MergeConflict, index: number) => string): string =>
  joinParts(parts.map((part, index) => (part.kind === 'settled' ? part.text : choose(part, index))));

/** The values after the decisions. Where one is missing: both for texts, mine for values, so that no word is lost. */
export function resolve(merge: Merge, decisions: ReadonlyMap<string, Decision>): EntryValues {
  const values = structuredClone(merge.settled);
  const textOf = (name: string): string =>
    joined(merge.texts[name] ?? [], (conflict, index) => chosenText(conflict, decisions.get(`${name}.${index}`)));
  for (const name of TEXTS) values[name] = textOf(name);
  for (const name of Object.keys(merge.texts))
    if (name.startsWith('fields.')) values.fields[name.slice('fields.'.length)] = textOf(name);
  for (const choice of merge.choices) {
    if (choice.isText) continue;
    const value = decisions.get(choice.key)?.take === 'theirs' ? choice.theirs : choice.mine;
    if (choice.about.startsWith('fields.')) values.fields[choice.about.slice('fields.'.length)] = value;
    else Object.assign(values, { [choice.about]: value });
  }
  values.title = values.title.replaceAll('\n', ' ');
  return values;
}

function chosenText({ theirs, mine }: MergeConflict, decision: Decision | undefined): string {
  if (decision?.take === 'theirs') return theirs;
  if (decision?.take === 'mine') return mine;
  if (decision?.take === 'own') return lines(decision.text);
  return joinParts([theirs, mine]);
}
