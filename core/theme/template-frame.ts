import Handlebars from 'handlebars';
import { SafeHtml } from '../lib/escape.ts';
import type { RenderState } from './helper-types.ts';

/** What is printed. A text that only grows is put together once, when it is read: half the work of a list of pieces. */
export class Output {
  text = '';

  push(piece: string): void {
    this.text += piece;
  }
}

/** A piece of a template: it adds its text to what was printed before. */
export type Part = (frame: Frame, out: Output) => void;

/** A value that is read or made at a place of a template. */
export type Expression = (frame: Frame) => unknown;

/** What `@index`, `@key`, `@first` and `@last` are in a loop, and the loop around it. */
export interface LoopVariables {
  index: number;
  key: unknown;
  first: boolean;
  last: boolean;
  readonly up: LoopVariables | undefined;
}

/** What is the same in large parts of a template. */
export interface Scene {
  /** What the template was given: `@root`. */
  readonly root: unknown;
  readonly state: RenderState;
  /** The inline partials that are known here. */
  readonly inline: ReadonlyMap<string, Part> | undefined;
  /** The block that the partial was given: `@partial-block`. */
  readonly slot: Part | undefined;
}

/** Parameters of a block, `as |item index|`, and of the blocks around it. */
export interface BlockParameters {
  readonly values: readonly unknown[];
  readonly up: BlockParameters | undefined;
}

/** What a template sees at a place. */
export interface Frame {
  /** `this` */
  readonly context: unknown;
  /** Where `../` leads: the place around with another `this`. */
  readonly up: Frame | undefined;
  readonly loop: LoopVariables | undefined;
  readonly parameters: BlockParameters | undefined;
  readonly scene: Scene;
}

/** The frame of a block with another `this`. */
export function enter(frame: Frame, context: unknown, loop = frame.loop): Frame {
  const up = context === frame.context ? frame.up : frame;
  return { context, up, loop, parameters: frame.parameters, scene: frame.scene };
}

/** A template reads what belongs to its data: nothing that is inherited, and no function. */
export function readProperty(value: unknown, name: string): unknown {
  if (value === null || value === undefined) return value;
  const found = (value as Record<string, unknown>)[name];
  if (found === null || found === undefined) return found;
  return typeof found !== 'function' && Object.hasOwn(value as object, name) ? found : undefined;
}

/** A value as it is printed: escaped for text and for quoted attributes, unless it is HTML of ours. */
export function printed(value: unknown): string {
  if (value instanceof SafeHtml) return value.value;
  // As text first: Handlebars would believe an object that says it is HTML.
  return value === null || value === undefined ? '' : Handlebars.escapeExpression(String(value));
}
