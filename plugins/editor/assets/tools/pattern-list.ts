// The patterns of the site as the menu of blocks and the references in a text need them.

import syncedIcon from 'icon:arrow-repeat';
import patternIcon from 'icon:boxes';
import type { Editor } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import { request, t } from 'galley/client';
import type { Insert } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { text } from '../parts/elements.ts';
import { sessionOf } from '../parts/session.ts';

/** A pattern as the server tells of it. */
export interface PatternSummary {
  id: number;
  title: string;
  synced: boolean;
  editUrl: string;
}

/** A pattern of the theme or of a plugin. */
interface ReadyPattern {
  name: string;
  title: string;
  category: string;
  description: string;
  keywords: string;
  content: string;
}

/** Where the server tells of them. */
export const PATTERNS = '/admin/api/editor/patterns';

let known: PatternSummary[] = [];
let ready: readonly ReadyPattern[] = [];
let loading: Promise<boolean> | undefined;
const details = new Map<number, Promise<PatternSummary & { content: string }>>();

/** Asks for the patterns once. @returns whether there are some that were not known */
export function loadPatterns(): Promise<boolean> {
  loading ??= Promise.all([
    request<{ patterns: PatternSummary[] }>(PATTERNS),
    request<{ patterns: ReadyPattern[] }>('/admin/api/editor/ready-patterns'),
  ]).then(
    ([own, brought]) => {
      known = own.patterns;
      ready = brought.patterns;
      return known.length + ready.length > 0;
    },
    () => {
      loading = undefined;
      return false;
    },
  );
  const isFirst = known.length + ready.length === 0;
  return loading.then((hasSome) => hasSome && isFirst);
}

/** A pattern with its blocks, asked for once. */
export function readPattern(id: number): Promise<PatternSummary & { content: string }> {
  const asked = details.get(id) ?? request<PatternSummary & { content: string }>(`${PATTERNS}/${id}`);
  details.set(id, asked);
  asked.catch(() => details.delete(id));
  return asked;
}

/** The block that shows a synced pattern. */
export const reference = (schema: Schema, id: number): Node =>
  make(schema, 'island', { block: 'core/block', data: { ref: id } });

/** The id of the pattern that a block refers to; undefined for any other block. */
export function referenceOf(node: Node | undefined): number | undefined {
  if (node?.attrs['block'] !== 'core/block') return undefined;
  const { ref } = node.attrs['data'] as { ref?: unknown };
  return typeof ref === 'number' && ref > 0 ? ref : undefined;
}

/** The blocks of a pattern as they are now, to stand in a text on their own. */
export async function patternBlocks(editor: Editor, id: number): Promise<readonly Node[]> {
  details.delete(id);
  const { content } = await readPattern(id);
  return sessionOf(editor).reader.text(content);
}

/** Offers one more. */
export function addPattern(made: PatternSummary): void {
  known = [made, ...known];
}

/** What the menu of blocks offers of patterns. */
export function patternInserts(): Insert[] {
  return [...ownInserts(), ...readyInserts()];
}

/** Blocks that stand in the text on their own, once they are put there. */
function readyInserts(): Insert[] {
  return ready
    .toSorted((one, other) => one.category.localeCompare(other.category))
    .map(({ name, title, category, description, keywords, content }) => ({
      title,
      icon: patternIcon,
      keywords: `${t('pattern')} ${category} ${keywords} ${description} ${name}`,
      group: 'patterns',
      category: category || t('Ready-made'),
      preview: content,
      make: (schema) => make(schema, 'paragraph'),
      bring: async (editor) => sessionOf(editor).reader.text(content),
    }));
}

function ownInserts(): Insert[] {
  return known.map(({ id, title, synced }) => ({
    title,
    icon: synced ? syncedIcon : patternIcon,
    keywords: t('pattern reusable block'),
    group: 'patterns',
    category: t('Yours'),
    make: (schema) => reference(schema, id),
    ...(synced ? {} : { bring: (editor) => patternBlocks(editor, id) }),
  }));
}

/** Says at a reference which pattern it shows, and where that is edited. */
export function describeReference(place: HTMLElement, node: Node): void {
  const id = referenceOf(node);
  if (id === undefined) return;
  readPattern(id).then(
    ({ title, editUrl }) => {
      place.replaceChildren(text('span', t('Synced pattern: {title}', { title })));
      if (editUrl === '') return;
      const link = document.createElement('a');
      link.href = editUrl;
      link.target = '_blank';
      link.rel = 'noopener';
      link.className = 'ge-original';
      link.textContent = t('Edit the original');
      place.append(' ', link);
    },
    () => place.replaceChildren(text('span', t('A pattern that is gone, or not for you to see'))),
  );
}
