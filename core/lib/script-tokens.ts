/** A piece of TypeScript: a name, a text, a text with `${…}` places, or a mark such as `(`. */
export interface ScriptToken {
  kind: 'name' | 'text' | 'template' | 'mark';
  value: string;
  line: number;
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', f: '\f', v: '\v' };
const BEFORE_REGEX = /^[(,=:[!&|?{};+*%<>~^-]$/;
const WORDS_BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'await', 'yield']);

/** Cuts TypeScript into the pieces that texts can be found by. Comments and regular expressions are passed over. */
export function scriptTokens(source: string): ScriptToken[] {
  return new Scanner(source).run();
}

class Scanner {
  readonly #source: string;
  readonly #tokens: ScriptToken[] = [];
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  run(): ScriptToken[] {
    this.#expression(false);
    return this.#tokens;
  }

  #add(kind: ScriptToken['kind'], value: string, line = this.#line): void {
    this.#tokens.push({ kind, value, line });
  }

  /** Reads to the end, or inside of a template to the brace that closes the place. */
  #expression(isPlace: boolean): void {
    let depth = 0;
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at] ?? '';
      if (isPlace && char === '}' && depth === 0) return;
      if (char === '{') depth++;
      if (char === '}') depth--;
      this.#piece(char);
    }
  }

  #piece(char: string): void {
    const rest = this.#source.slice(this.#at, this.#at + 2);
    if (char === '\n') this.#line++;
    if (/\s/.test(char)) this.#at++;
    else if (rest === '//') this.#skipTo('\n');
    else if (rest === '/*') this.#skipTo('*/', 2);
    else if (char === "'" || char === '"') this.#text(char);
    else if (char === '`') this.#template();
    else if (char === '/' && this.#isRegex()) this.#regex();
    else if (/[\w$]/.test(char)) this.#name();
    else this.#mark();
  }

  #skipTo(end: string, beyond = 0): void {
    const found = this.#source.indexOf(end, this.#at + beyond);
    const to = found < 0 ? this.#source.length : found + beyond;
    this.#line += this.#source.slice(this.#at, to).split('\n').length - 1;
    this.#at = to;
  }

  #name(): void {
    const [name = ''] = /^[\w$]+/.exec(this.#source.slice(this.#at, this.#at + 200)) ?? [];
    this.#add('name', name);
    this.#at += name.length;
  }

  #mark(): void {
    const [mark = ''] =
      /^(===|!==|==|!=|=>|\?\?|\?\.|&&|\|\||[^\s])/.exec(this.#source.slice(this.#at, this.#at + 3)) ?? [];
    this.#add('mark', mark);
    this.#at += mark.length;
  }

  #escape(): string {
    const next = this.#source[this.#at + 1] ?? '';
    const [hex, four, braced] =
      /^(?:u([\da-fA-F]{4})|u\{([\da-fA-F]+)\})/.exec(this.#source.slice(this.#at + 1, this.#at + 12)) ?? [];
    this.#at += hex ? hex.length + 1 : 2;
    if (hex) return String.fromCodePoint(Number.parseInt(four ?? braced ?? '0', 16));
    return next === '\n' ? '' : (ESCAPES[next] ?? next);
  }

  #text(quote: string): void {
    let value = '';
    this.#at++;
    while (this.#at < this.#source.length && this.#source[this.#at] !== quote) {
      if (this.#source[this.#at] === '\\') value += this.#escape();
      else value += this.#source[this.#at++];
    }
    this.#at++;
    this.#add('text', value);
  }

  /** A text in backticks; what stands in its places is read as well, behind it. */
  #template(): void {
    const index = this.#tokens.length;
    const line = this.#line;
    let value = '';
    let hasPlaces = false;
    this.#at++;
    while (this.#at < this.#source.length && this.#source[this.#at] !== '`') {
      const char = this.#source[this.#at] ?? '';
      if (char === '\\') value += this.#escape();
      else if (char === '$' && this.#source[this.#at + 1] === '{') {
        const from = this.#at;
        this.#at += 2;
        this.#expression(true);
        this.#at++;
        value += this.#source.slice(from, this.#at);
        hasPlaces = true;
      } else {
        if (char === '\n') this.#line++;
        value += char;
        this.#at++;
      }
    }
    this.#at++;
    this.#tokens.splice(index, 0, { kind: hasPlaces ? 'template' : 'text', value, line });
  }

  #isRegex(): boolean {
    const before = this.#tokens.at(-1);
    if (!before) return true;
    if (before.kind === 'name') return WORDS_BEFORE_REGEX.has(before.value);
    return before.kind === 'mark' && (BEFORE_REGEX.test(before.value) || before.value.length > 1);
  }

  #regex(): void {
    let isClass = false;
    this.#at++;
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at];
      if (char === '\\') this.#at++;
      else if (char === '[') isClass = true;
      else if (char === ']') isClass = false;
      else if ((char === '/' && !isClass) || char === '\n') break;
      this.#at++;
    }
    this.#at++;
    this.#add('mark', '/regex/');
  }
}
