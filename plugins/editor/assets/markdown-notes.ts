// Footnotes of Markdown: `[^1]` in a line, and `[^1]: words` where their words stand.
import type markdownIt from 'markdown-it';
import type { StateBlock, StateCore, StateInline } from 'markdown-it';
import { markHtml } from './model/footnote-mark.ts';

interface Note {
  id: string;
  text: string;
  isUsed: boolean;
}

type Markdown = InstanceType<typeof markdownIt>;

/** What is known while one text is read. */
interface Known {
  keepNote?: (id: string, html: string) => void;
  notes?: Map<string, Note>;
}

const BEGINNING = /^\[\^([^\]\s]{1,100})\]:[ \t]*(.*)$/;
const MARK = /^\[\^([^\]\s]{1,100})\]/;

const lineOf = (state: StateBlock, line: number): string =>
  state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);

/** Takes the words of a note out of the text: its line, those right below it, and paragraphs that are set in. */
function readWords(state: StateBlock, start: number, end: number, isSilent: boolean): boolean {
  const known = state.env as Known;
  const match = known.keepNote && BEGINNING.exec(lineOf(state, start));
  if (!match || (state.sCount[start] ?? 0) - state.blkIndent >= 4) return false;
  if (isSilent) return true;
  const lines = [match[2] ?? ''];
  let line = start + 1;
  for (; line < end; line++) {
    const isSetIn = (at: number): boolean => at < end && !state.isEmpty(at) && (state.sCount[at] ?? 0) >= 2;
    if (state.isEmpty(line) ? !isSetIn(line + 1) : !isSetIn(line) && (state.isEmpty(line - 1) || isNew(state, line)))
      break;
    lines.push(lineOf(state, line).trim());
  }
  known.notes ??= new Map();
  const label = match[1] ?? '';
  // The first of several counts.
  if (!known.notes.has(label))
    known.notes.set(label, { id: crypto.randomUUID(), text: lines.join('\n'), isUsed: false });
  state.line = line;
  return true;
}

/** Whether a line is no more of the words above it. */
const isNew = (state: StateBlock, line: number): boolean =>
  /^(?:\[\^[^\]\s]+\]:|#{1,6} |```|> |[-*+] |\d+\. )/.test(lineOf(state, line));

function readMark(state: StateInline, isSilent: boolean): boolean {
  const match = MARK.exec(state.src.slice(state.pos, state.pos + 110));
  const note = match && (state.env as Known).notes?.get(match[1] ?? '');
  if (!note) return false;
  if (!isSilent) {
    note.isUsed = true;
    const token = state.push('footnote_mark', '', 0);
    token.meta = { id: note.id };
  }
  state.pos += match[0].length;
  return true;
}

/** Adds what footnotes need to a reader of Markdown. */
export function readNotes(markdown: Markdown): void {
  markdown.block.ruler.before('reference', 'footnote_words', readWords, { alt: ['paragraph', 'reference'] });
  markdown.inline.ruler.before('link', 'footnote_mark', readMark);
  markdown.renderer.rules['footnote_mark'] = (tokens, index) => markHtml(String(tokens[index]?.meta?.['id']), 1);
  markdown.core.ruler.push('footnotes', (state: StateCore) => {
    const { keepNote, notes } = state.env as Known;
    for (const [label, { id, text, isUsed }] of notes ?? []) {
      if (isUsed) keepNote?.(id, lineHtml(markdown, text));
      else state.tokens.push(...markdown.parse(`\\[^${label}]: ${text}`, {}));
    }
  });
}

/** Paragraphs of a note are parted by line breaks. */
const lineHtml = (markdown: Markdown, text: string): string =>
  text
    .split(/\n{2,}/)
    .map((part) => markdown.renderInline(part.trim(), {}).replaceAll('\n', ' '))
    .filter(Boolean)
    .join('<br>');
