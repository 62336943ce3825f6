import { escapeHtml, SafeHtml } from '../lib/escape.ts';
import type { HelperCall, HelperDefinition, RenderState } from './helper-types.ts';
import { textOf } from './helper-values.ts';
import { placedError } from './template-error.ts';

/** What Handlebars hands to a helper as its last argument. */
interface NativeOptions {
  name: string;
  hash: Record<string, unknown>;
  data: { state: RenderState };
  loc?: { source?: string; start: { line: number } };
  fn?: (context: unknown, options?: { data: unknown; blockParams: unknown[] }) => string;
  inverse?: (context: unknown) => string;
}

class Call implements HelperCall {
  readonly context: unknown;
  readonly #options: NativeOptions;

  constructor(context: unknown, options: NativeOptions) {
    this.context = context;
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get hash(): Readonly<Record<string, unknown>> {
    return this.#options.hash;
  }

  get state(): RenderState {
    return this.#options.data.state;
  }

  get view(): RenderState['view'] {
    return this.#options.data.state.view;
  }

  render(context: unknown = this.context, ...blockParams: unknown[]): SafeHtml {
    const { fn, data } = this.#options;
    return new SafeHtml(fn ? fn(context, { data, blockParams }) : '');
  }

  otherwise(): SafeHtml {
    return new SafeHtml(this.#options.inverse?.(this.context) ?? '');
  }
}

/** The output of a block is printed as it is, so what is not HTML of ours is escaped here. */
function blockOutput(value: unknown): string {
  return value instanceof SafeHtml ? value.value : escapeHtml(textOf(value));
}

/** A helper in the form that Handlebars calls: with `this`, arguments one by one, and its options last. */
export function bindHelper({ run, block }: HelperDefinition): (this: unknown, ...args: unknown[]) => unknown {
  return function helper(this: unknown, ...args: unknown[]): unknown {
    const options = args.pop() as NativeOptions;
    try {
      const value = run(args, new Call(this, options));
      return block ? blockOutput(value) : value;
    } catch (error) {
      throw placedError(error, { file: options.loc?.source ?? '', line: options.loc?.start.line ?? 0 });
    }
  };
}
