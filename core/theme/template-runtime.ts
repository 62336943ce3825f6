import { createRequire } from 'node:module';
import type Handlebars from 'handlebars';

/** Which inherited properties of its data a template may read. */
type ProtoAccess = object;

/** What a compiled template gets to run on its own. */
export type Runtime = Readonly<Record<string, unknown>>;

interface Container {
  fn: (block: number) => unknown;
}

interface TemplateSpec {
  main: (container: Container, ...parts: unknown[]) => string;
  useDecorators?: boolean;
  [block: number]: unknown;
}

type Helper = (...args: never[]) => unknown;

const { createProtoAccessControl, isPrototypeConstructor } = createRequire(import.meta.url)(
  'handlebars/dist/cjs/handlebars/internal/proto-access.js',
) as {
  createProtoAccessControl(options: object): ProtoAccess;
  isPrototypeConstructor(parent: object, name: string, value: unknown): boolean;
};

/** Templates read what belongs to their data and nothing that it inherits. */
const ACCESS = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

/** `{{lookup list index}}`: what a template reads by a name that it computes, within the same bounds. */
function lookup(parent: unknown, name: unknown): unknown {
  if (!parent) return parent;
  const record = Object(parent) as Record<string, unknown>;
  const key = String(name);
  if (!Object.hasOwn(record, key)) return undefined;
  return isPrototypeConstructor(record, key, record[key]) ? undefined : record[key];
}

/**
 * Blocks of a template are taken up some hundred times for a page, and each time a decorator is looked for under a name
 * that is put together for it. Ours have none.
 */
function withoutDecorators(spec: TemplateSpec): TemplateSpec {
  if (spec.useDecorators) return spec;
  const { main } = spec;
  const block = (index: number): unknown => spec[index];
  spec.main = (container, ...parts) => {
    container.fn = block;
    return main(container, ...parts);
  };
  return spec;
}

/** Makes what an instance of Handlebars compiles run without the search for decorators. */
export function hastenBlocks(handlebars: typeof Handlebars): void {
  const own = handlebars.template.bind(handlebars);
  handlebars.template = (spec: unknown) =>
    own(withoutDecorators(spec as TemplateSpec) as unknown as TemplateSpecification);
}

/**
 * What all templates of an instance run with. Left to itself, Handlebars makes it anew for each rendering, with all
 * helpers wrapped again; given as to a partial, it is taken as it is.
 */
export function runtimeOf(handlebars: typeof Handlebars): Runtime {
  const { helperMissing, blockHelperMissing, ...own } = handlebars.helpers as Record<string, Helper>;
  return {
    partial: true,
    helpers: { ...own, lookup },
    partials: handlebars.partials,
    decorators: handlebars.decorators,
    hooks: { helperMissing, blockHelperMissing },
    protoAccessControl: createProtoAccessControl(ACCESS),
  };
}
