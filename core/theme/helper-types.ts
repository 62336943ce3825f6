import type { SafeHtml } from '../lib/escape.ts';
import type { Messages } from '../lib/i18n.ts';
import type { View } from './view.ts';

/** A need for data that a template states with `{{#query}}`. */
export interface ViewQuery {
  /** The same for equal needs; answers carry it. */
  key: string;
  /** What the template wrote: `type`, `limit`, `order`, `term` … Plain values and lists of them. */
  params: Record<string, QueryValue>;
}

/** A parameter of a query. */
export type QueryValue = string | number | boolean | (string | number)[];

/** What belongs to one rendering of one page. */
export interface RenderState {
  readonly view: View;
  readonly messages: Messages;
  /** IANA name. */
  readonly timeZone: string;
  /** Texts captured by `{{#content}}` for the layout's `{{#block}}`. */
  readonly sections: Map<string, string>;
  /** Answers to `{{#query}}`, by key. */
  readonly answers: Map<string, readonly unknown[]>;
  /** Needs that have no answer yet. */
  readonly needs: Map<string, ViewQuery>;
  /** The address of an asset. */
  asset(name: string): string;
  /** The address of a named route. */
  route(name: string, params: Record<string, unknown>): string;
}

/** What a helper is told besides its values. */
export interface HelperCall {
  readonly name: string;
  /** The named arguments: `format` in `{{date x format='long'}}`. */
  readonly hash: Readonly<Record<string, unknown>>;
  readonly view: View;
  readonly state: RenderState;
  /** What `this` is at the place of the call. */
  readonly context: unknown;
  /** Renders the block of a block helper, with what `this` is in it and with its block parameters. */
  render(context?: unknown, ...parameters: unknown[]): SafeHtml;
  /** Renders what stands after `{{else}}`. */
  otherwise(): SafeHtml;
}

/** Makes a value from values. The result is escaped when it is printed, but for SafeHtml. */
export type Helper = (values: readonly unknown[], call: HelperCall) => unknown;

/** How a helper may be used. */
export interface HelperOptions {
  /** The least number of positional arguments. Default 0. */
  minimum?: number;
  /** `url`: what it returns may start an address. `srcset`, `json`: it may stand where only that may. */
  returns?: 'url' | 'srcset' | 'json';
  /** Used as `{{#name}}…{{/name}}` only; `loop` where the block may be rendered more than once. */
  block?: 'once' | 'loop';
}

/** A helper and how it may be used. */
export interface HelperDefinition extends HelperOptions {
  run: Helper;
}
