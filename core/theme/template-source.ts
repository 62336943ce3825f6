import type { Position } from './template-ast.ts';

/** Changes to the text of a template, made by place. Lines stay where they are. */
export class SourceEdits {
  readonly #source: string;
  readonly #lineStarts: number[] = [0];
  readonly #edits: { start: number; end: number; text: string }[] = [];

  constructor(source: string) {
    this.#source = source;
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Replaces what stands between the braces of a mustache. Returns false where that place holds none. */
  replaceInner(loc: { start: Position; end: Position }, change: (inner: string) => string): boolean {
    const [start, end] = [this.#offset(loc.start), this.#offset(loc.end)];
    const parts = /^\{\{(~?)([\s\S]*?)(~?)\}\}$/.exec(this.#source.slice(start, end));
    if (!parts) return false;
    const [, open = '', inner = '', close = ''] = parts;
    this.#edits.push({ start, end, text: `{{${open}${change(inner.trim())}${close}}}` });
    return true;
  }

  /** The text with all changes. */
  apply(): string {
    let [source, at] = ['', 0];
    for (const edit of this.#edits) {
      source += this.#source.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    return source + this.#source.slice(at);
  }

  #offset(position: Position): number {
    return (this.#lineStarts[position.line - 1] ?? 0) + position.column;
  }
}
