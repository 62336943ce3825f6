// Formulas: what is typed as LaTeX, as MathML that browsers draw themselves. Pure, for browsers too.

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const table = (words: string): Map<string, string> =>
  new Map(
    words
      .trim()
      .split(/\s+/)
      .map((pair): [string, string] => {
        const at = pair.indexOf('=', 1);
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );

/** Letters by name. */
const LETTERS = table(`alpha=α beta=β gamma=γ delta=δ epsilon=ϵ varepsilon=ε zeta=ζ eta=η theta=θ vartheta=ϑ iota=ι
  kappa=κ lambda=λ mu=μ nu=ν xi=ξ pi=π varpi=ϖ rho=ρ varrho=ϱ sigma=σ varsigma=ς tau=τ upsilon=υ phi=ϕ varphi=φ chi=χ
  psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω infty=∞ partial=∂
  nabla=∇ hbar=ℏ ell=ℓ Re=ℜ Im=ℑ aleph=ℵ emptyset=∅ varnothing=∅ imath=ı jmath=ȷ degree=°`);

/** Signs between what they bind. */
const SIGNS = table(`times=× cdot=⋅ div=÷ pm=± mp=∓ ast=∗ star=⋆ circ=∘ bullet=∙ oplus=⊕ ominus=⊖ otimes=⊗ cap=∩ cup=∪
  setminus=∖ wedge=∧ land=∧ vee=∨ lor=∨ neg=¬ lnot=¬ leq=≤ le=≤ geq=≥ ge=≥ neq=≠ ne=≠ approx=≈ equiv=≡ sim=∼ simeq=≃
  cong=≅ propto=∝ ll=≪ gg=≫ prec=≺ succ=≻ in=∈ ni=∋ notin=∉ subset=⊂ subseteq=⊆ supset=⊃ supseteq=⊇ forall=∀ exists=∃
  to=→ rightarrow=→ leftarrow=← leftrightarrow=↔ Rightarrow=⇒ implies=⇒ Leftarrow=⇐ Leftrightarrow=⇔ iff=⇔ mapsto=↦
  uparrow=↑ downarrow=↓ perp=⊥ parallel=∥ mid=∣ angle=∠ triangle=△ ldots=… dots=… cdots=⋯ vdots=⋮ ddots=⋱ prime=′
  langle=⟨ rangle=⟩ lfloor=⌊ rfloor=⌋ lceil=⌈ rceil=⌉ vert=| Vert=‖ lbrace={ rbrace=} colon=: therefore=∴ because=∵`);

/** Signs whose bounds stand above and below them. */
const LARGE = table('sum=∑ prod=∏ coprod=∐ bigcup=⋃ bigcap=⋂ bigoplus=⨁ bigotimes=⨂ bigvee=⋁ bigwedge=⋀');
const INTEGRALS = table('int=∫ iint=∬ iiint=∭ oint=∮');
const NAMES = new Set(
  `sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh exp log ln lg deg det dim gcd hom ker arg max min sup inf
  lim limsup liminf Pr mod`.split(/\s+/),
);
const WITH_LIMITS = new Set('max min sup inf lim limsup liminf det gcd Pr'.split(' '));
const ACCENTS = table('hat=^ widehat=^ bar=¯ overline=¯ vec=→ dot=˙ ddot=¨ tilde=~ widetilde=~');
const SPACES = table(',=0.167em :=0.222em ;=0.278em quad=1em qquad=2em !=-0.167em');
const FONTS = table(
  'mathbf=bold boldsymbol=bold mathrm=normal mathit=italic mathbb=double-struck mathcal=script mathfrak=fraktur mathsf=sans-serif mathtt=monospace',
);
const FENCES: Readonly<Record<string, readonly [string, string]>> = {
  matrix: ['', ''],
  pmatrix: ['(', ')'],
  bmatrix: ['[', ']'],
  Bmatrix: ['{', '}'],
  vmatrix: ['|', '|'],
  Vmatrix: ['‖', '‖'],
  cases: ['{', ''],
  aligned: ['', ''],
  align: ['', ''],
  array: ['', ''],
};

const DEPTH_MAX = 60;
const LENGTH_MAX = 10_000;
const TOKEN = /\\[a-zA-Z]+\*?|\\[\s\S]|\s+|\d+(?:[.,]\d+)*|[\s\S]/gu;

const operator = (sign: string, more = ''): string => `<mo${more}>${escapeText(sign)}</mo>`;
const row = (parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] ?? '') : `<mrow>${parts.join('')}</mrow>`;

class Formula {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(latex: string) {
    this.#tokens = latex.match(TOKEN) ?? [];
  }

  whole(): string {
    const parts: string[] = [];
    // A brace that closes nothing, or an end of nothing, is left out.
    while (this.#at < this.#tokens.length) {
      parts.push(...this.#list(() => false));
      this.#at++;
    }
    return row(parts);
  }

  #peek(): string | undefined {
    while (/^\s/.test(this.#tokens[this.#at] ?? '')) this.#at++;
    return this.#tokens[this.#at];
  }

  #take(): string {
    const token = this.#peek() ?? '';
    this.#at++;
    return token;
  }

  #list(isEnd: (token: string) => boolean): string[] {
    const parts: string[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (isEnd(token) || token === '}' || token === '\\right' || token === '\\end') break;
      parts.push(this.#scripted());
    }
    return parts;
  }

  /** A part with what stands below and above it. */
  #scripted(): string {
    const first = this.#peek() ?? '';
    const name = first.replace(/^\\/, '');
    const isLimit = first.startsWith('\\') && (LARGE.has(name) || WITH_LIMITS.has(name));
    const base = '^_'.includes(first) ? '<mrow></mrow>' : this.#atom();
    let below = '';
    const over: string[] = [];
    for (let token = this.#peek(); token === '^' || token === '_' || token === "'"; token = this.#peek()) {
      this.#at++;
      if (token === '_') below = this.#argument();
      else over.push(token === '^' ? this.#argument() : operator('′'));
    }
    const [sub, sup, both] = isLimit ? ['munder', 'mover', 'munderover'] : ['msub', 'msup', 'msubsup'];
    const above = over.length === 0 ? '' : row(over);
    if (below && above) return `<${both}>${base}${below}${above}</${both}>`;
    if (below) return `<${sub}>${base}${below}</${sub}>`;
    return above ? `<${sup}>${base}${above}</${sup}>` : base;
  }

  /** What stands in braces, or the next sign. */
  #argument(): string {
    const token = this.#peek();
    if (token === undefined || token === '}') return '<mrow></mrow>';
    return this.#atom();
  }

  #group(): string {
    const parts = this.#list(() => false);
    if (this.#peek() === '}') this.#at++;
    return parts.length === 0 ? '<mrow></mrow>' : row(parts);
  }

  #atom(): string {
    // What is nested deeper than anybody writes ends there.
    if (++this.#depth > DEPTH_MAX) this.#at = this.#tokens.length;
    const atom = this.#oneAtom(this.#take());
    this.#depth--;
    return atom;
  }

  #oneAtom(token: string): string {
    if (token === '{') return this.#group();
    if (token.startsWith('\\') && token.length > 1) return this.#command(token.slice(1));
    if (/^\d/.test(token)) return `<mn>${escapeText(token)}</mn>`;
    if (/^\p{L}$/u.test(token)) return `<mi>${token}</mi>`;
    if (token === '&' || token === '^' || token === '_' || token === '') return '';
    return operator(token === '-' ? '−' : token === '*' ? '∗' : token);
  }

  #command(name: string): string {
    const letter = LETTERS.get(name);
    if (letter) return `<mi>${letter}</mi>`;
    const sign = SIGNS.get(name) ?? LARGE.get(name) ?? INTEGRALS.get(name);
    if (sign) return operator(sign);
    if (NAMES.has(name)) return `<mi>${name}</mi>`;
    const space = SPACES.get(name);
    if (space) return `<mspace width="${space}"></mspace>`;
    const accent = ACCENTS.get(name);
    if (accent) return `<mover accent="true">${this.#argument()}${operator(accent)}</mover>`;
    const font = FONTS.get(name);
    if (font) return withVariant(this.#argument(), font);
    return this.#structure(name);
  }

  #structure(name: string): string {
    if (/^[dt]?frac$/.test(name)) return `<mfrac>${this.#argument()}${this.#argument()}</mfrac>`;
    if (name === 'binom') {
      const inner = `<mfrac linethickness="0">${this.#argument()}${this.#argument()}</mfrac>`;
      return `<mrow>${operator('(')}${inner}${operator(')')}</mrow>`;
    }
    if (name === 'sqrt') return this.#root();
    if (name === 'underline') return `<munder>${this.#argument()}${operator('_')}</munder>`;
    if (/^(text|mbox|textrm|operatorname)$/.test(name)) return `<mtext>${escapeText(this.#words())}</mtext>`;
    if (name === 'left') return this.#fenced();
    if (name === 'begin') return this.#environment();
    if (/^[{}%$#&_]$/.test(name)) return operator(name);
    if (name === '|') return operator('‖');
    if (name === ' ' || name === '\\') return name === ' ' ? '<mspace width="0.25em"></mspace>' : '';
    if (/^(displaystyle|textstyle|limits|nolimits|big|Big|bigg|Bigg)[lr]?$/.test(name)) return '';
    // What is not known is shown as it was typed, so that one sees it.
    return `<mtext>\\${escapeText(name)}</mtext>`;
  }

  #root(): string {
    if (this.#peek() !== '[') return `<msqrt>${this.#argument()}</msqrt>`;
    this.#at++;
    const index = row(this.#list((token) => token === ']'));
    if (this.#peek() === ']') this.#at++;
    return `<mroot>${this.#argument()}${index || '<mrow></mrow>'}</mroot>`;
  }

  /** The words in braces, with their blanks. */
  #words(): string {
    if (this.#peek() !== '{') return this.#take();
    this.#at++;
    let words = '';
    for (let depth = 1; this.#at < this.#tokens.length; this.#at++) {
      const token = this.#tokens[this.#at] ?? '';
      if (token === '{') depth++;
      if (token === '}' && --depth === 0) break;
      words += token;
    }
    this.#at++;
    return words;
  }

  #fence(): string {
    const token = this.#take();
    if (token === '.') return '';
    return token.startsWith('\\') ? (SIGNS.get(token.slice(1)) ?? token.slice(1).replace('|', '‖')) : token;
  }

  #fenced(): string {
    const open = this.#fence();
    const inner = this.#list(() => false);
    let close = '';
    if (this.#peek() === '\\right') {
      this.#at++;
      close = this.#fence();
    }
    const fence = (sign: string): string => (sign === '' ? '' : operator(sign, ' fence="true" stretchy="true"'));
    return `<mrow>${fence(open)}${inner.join('')}${fence(close)}</mrow>`;
  }

  #environment(): string {
    const name = this.#words().replace('*', '');
    if (name === 'array') this.#words();
    const rows: string[][] = [[]];
    while (this.#peek() !== undefined) {
      const cell = row(this.#list((token) => token === '&' || token === '\\\\'));
      rows.at(-1)?.push(`<mtd>${cell}</mtd>`);
      const token = this.#peek();
      if (token === '\\\\') rows.push([]);
      else if (token !== '&') break;
      this.#at++;
    }
    if (this.#peek() === '\\end') {
      this.#at++;
      this.#words();
    }
    const body = rows
      .filter((cells) => cells.join('') !== '<mtd><mrow></mrow></mtd>')
      .map((cells) => `<mtr>${cells.join('')}</mtr>`);
    const [open, close] = FENCES[name] ?? ['', ''];
    const align = name === 'cases' ? ' columnalign="left"' : '';
    const fence = (sign: string): string => (sign === '' ? '' : operator(sign, ' fence="true" stretchy="true"'));
    return `<mrow>${fence(open)}<mtable${align}>${body.join('')}</mtable>${fence(close)}</mrow>`;
  }
}

/** Browsers know no variants but that of single letters: those have characters of their own. */
const VARIANT_STARTS: Readonly<Record<string, readonly [upper: number, lower: number, digit: number]>> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  script: [0x1d49c, 0x1d4b6, 0],
  fraktur: [0x1d504, 0x1d51e, 0],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};
/** Those that had a character before the others came. */
const OLDER = table(
  'double-struckC=ℂ double-struckH=ℍ double-struckN=ℕ double-struckP=ℙ double-struckQ=ℚ double-struckR=ℝ double-struckZ=ℤ scriptB=ℬ scriptE=ℰ scriptF=ℱ scriptH=ℋ scriptI=ℐ scriptL=ℒ scriptM=ℳ scriptR=ℛ scripte=ℯ scriptg=ℊ scripto=ℴ frakturC=ℭ frakturH=ℌ frakturI=ℑ frakturR=ℜ frakturZ=ℨ',
);

function withVariant(html: string, font: string): string {
  if (font === 'normal') return html.replaceAll('<mi>', '<mi mathvariant="normal">');
  const starts = VARIANT_STARTS[font];
  if (!starts) return html;
  const [upper, lower, digit] = starts;
  const change = (sign: string): string => {
    const code = sign.codePointAt(0) ?? 0;
    const older = OLDER.get(font + sign);
    if (older) return older;
    if (/[A-Z]/.test(sign)) return String.fromCodePoint(upper + code - 65);
    if (/[a-z]/.test(sign)) return String.fromCodePoint(lower + code - 97);
    return digit > 0 ? String.fromCodePoint(digit + code - 48) : sign;
  };
  return html.replace(
    /(<m[in]>)([A-Za-z0-9]+)(?=<)/g,
    (_, tag: string, text: string) => tag + [...text].map(change).join(''),
  );
}

/**
 * The MathML of a formula in LaTeX. It knows what articles use; what it does not know is shown as it was typed.
 *
 * @example mathOfLatex('a^2') // <math display="block"><msup><mi>a</mi><mn>2</mn></msup></math>
 */
export function mathOfLatex(latex: string): string {
  return `<math display="block">${new Formula(latex.slice(0, LENGTH_MAX)).whole()}</math>`;
}
