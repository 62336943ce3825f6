// A request for each parameter of each route of the table, with a mark at it: in the path, the query, the body, and in the
// fields of the form that the screen at its address shows.
import { type DefaultTreeAdapterTypes, parse, defaultTreeAdapter as tree } from 'parse5';
import type { TargetSite } from './target-site.ts';

/** A request that tools vary. */
export interface Marked {
  /** `GET /admin/users ?search`: for people. */
  title: string;
  method: string;
  /** It, or the body, has a `*` behind the value that is to be varied. */
  path: string;
  type?: string;
  body?: string;
  isPublic: boolean;
}

interface Schema {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
}

type Node = DefaultTreeAdapterTypes.Node;
type Routes = TargetSite['routes'];

/** What texts may have to look like. */
const TEXTS = [
  'report',
  'a',
  '1',
  '2024-05',
  '/',
  'en',
  'guest@example.org',
  'https://example.org/',
  'a'.repeat(48),
  'a'.repeat(64),
];
/** What ends the session, changes who the keeper is, or takes the site apart, is called with what does not exist. */
const DANGEROUS =
  /\/(delete|remove|trash|status|reset|deactivate|contain|trust|rollback|update|sessions)\b|\/bulk$|\/act$/;
const NOWHERE = '99999999';
/** Without these the tools would go on as nobody, or with the site as another one. */
const LEFT_OUT =
  /^POST \/admin\/(logout|password|profile$|setup|confirm|plugins|themes|settings|features|theme-editor|content-types\/import|system\/cron)/;

function textFor({ pattern, enum: choices }: Schema, name: string): string {
  const choice = choices?.find((one) => typeof one === 'string' && one !== '');
  if (typeof choice === 'string') return choice;
  const texts = name === 'email' ? ['guest@example.org'] : /^(from|until)$/.test(name) ? ['2024-05-01'] : TEXTS;
  const isRight = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  return texts.find((text) => isRight?.test(text) ?? true) ?? 'a';
}

/** A value that the schema takes. */
function sampleOf(schema: Schema, name: string): unknown {
  const kind = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.const !== undefined) return schema.const;
  if (kind === 'array') return [sampleOf(schema.items ?? {}, name)];
  if (kind === 'integer' || kind === 'number') return 1;
  if (kind === 'boolean') return true;
  if (kind !== 'object') return textFor(schema, name);
  const members = Object.entries(schema.properties ?? { a: {} });
  return Object.fromEntries(members.map(([key, one]) => [key, sampleOf(one, key)]));
}

/** The path with a value for each parameter, and a mark behind one of them. */
function pathWith({ known }: TargetSite, path: string, marked: string | undefined, isDangerous: boolean): string {
  let before = '';
  const parts = path.split('/').map((part) => {
    const filled = part.replace(
      /:(\w+)(?:\((\w+)\))?|\*(\w*)/g,
      (_all, name?: string, kind?: string, rest?: string) => {
        const value = known.get(`${before}/:${name}`) ?? (kind === 'int' ? '1' : (known.get(`:${name}`) ?? 'a'));
        return (isDangerous && kind === 'int' ? NOWHERE : value) + ((name ?? rest) === marked ? '*' : '');
      },
    );
    before = part.replace(/\(\w+\)/, '');
    return filled;
  });
  return parts.join('/');
}

const namesIn = (path: string): string[] =>
  [...path.matchAll(/:(\w+)|\*(\w*)/g)].map(([, name, rest]) => name ?? rest ?? '');

function attribute(node: DefaultTreeAdapterTypes.Element, name: string): string | undefined {
  return node.attrs.find((one) => one.name === name)?.value;
}

/** What a field holds when nobody touches it. */
function untouched(node: DefaultTreeAdapterTypes.Element): string {
  if (node.tagName === 'input') return attribute(node, 'value') || (attribute(node, 'type') === 'text' ? 'a' : '');
  if (node.tagName === 'textarea') return 'a';
  const options = node.childNodes.filter(tree.isElementNode).map((one) => attribute(one, 'value') ?? '');
  return options.find((value) => value !== '') ?? '';
}

/** A box without a tick, or one of several that is not chosen, is not sent. */
const isOff = (node: DefaultTreeAdapterTypes.Element): boolean =>
  /^(checkbox|radio)$/.test(attribute(node, 'type') ?? '') && attribute(node, 'checked') === undefined;

interface FormField {
  name: string;
  value: string;
  isOff: boolean;
}

/** The fields of the form that goes to `action`, in its order; lists have several of one name. */
function fieldsOf(html: string, action: string): FormField[] {
  const fields: FormField[] = [];
  const visit = (node: Node, isInside: boolean): void => {
    let inside = isInside;
    if (tree.isElementNode(node)) {
      if (node.tagName === 'form') inside = (attribute(node, 'action') ?? action).split('?')[0] === action;
      const name = attribute(node, 'name');
      const counts = /^(input|textarea|select)$/.test(node.tagName);
      const isSent = !/^(file|submit|button)$/.test(attribute(node, 'type') ?? '');
      if (inside && counts && isSent && name && name !== '_token')
        fields.push({ name, value: untouched(node), isOff: isOff(node) });
    }
    if ('childNodes' in node) for (const child of node.childNodes) visit(child, inside);
  };
  visit(parse(html), false);
  return fields;
}

const FORM = 'application/x-www-form-urlencoded';

/** As a form sends it, with a mark behind the value of one field; nothing else may look like one. */
function encode(values: readonly (readonly [string, unknown])[], marked: string): string {
  const written = (text: string): string => encodeURIComponent(text).replaceAll('*', '%2A');
  const flat = values.map(([name, value]) => [name, [value].flat().map(String).join(',')] as const);
  return flat.map(([name, value]) => `${written(name)}=${written(value)}${name === marked ? '*' : ''}`).join('&');
}

/** As a program sends it; the marked value becomes a text, if it is none. */
function encodeJson(values: readonly (readonly [string, unknown])[], marked: string): string {
  const object = Object.fromEntries(
    values.map(([name, value]) => [name, name === marked ? `${[value].flat().map(String)[0]}\u0000` : value]),
  );
  return JSON.stringify(object).replaceAll('*', '\\u002a').replaceAll('\\u0000', '*');
}

/** A request for each field of the body. */
async function bodies(
  site: TargetSite,
  route: Routes[number],
  path: string,
): Promise<Pick<Marked, 'body' | 'type' | 'title'>[]> {
  const { body } = (route.schema ?? {}) as { body?: Schema };
  const known = Object.entries(body?.properties ?? {}).flatMap(([name, schema]) =>
    name.startsWith('_') ? [] : [[name, sampleOf(schema, name)] as const],
  );
  if (known.length > 0 && /^\/admin\/api\//.test(route.path))
    return known.map(([title]) => ({ title, type: 'application/json', body: encodeJson(known, title) }));
  const isScreen = site.routes.some(({ method, path: other }) => method === 'GET' && other === route.path);
  const screen = known.length === 0 && isScreen ? await site.page(path) : undefined;
  if (screen?.status !== 200) return known.map(([title]) => ({ title, type: FORM, body: encode(known, title) }));
  const fields = fieldsOf(screen.text, path);
  // What is marked is sent once, so that there is one place to try.
  const sentWith = (title: string) => {
    const place = fields.findLastIndex(({ name, isOff: off }) => name === title && !off);
    const own = place < 0 ? fields.findIndex(({ name }) => name === title) : place;
    const sent = fields.filter(({ name, isOff: off }, at) => at === own || (name !== title && !off));
    return sent.map(({ name, value }) => [name, value] as const);
  };
  return [...new Set(fields.map(({ name }) => name))].map((title) => ({
    title,
    type: FORM,
    body: encode(sentWith(title), title),
  }));
}

/** How long a route is likely to take, the shortest first: what answers with little is tried before whole screens. */
function weight({ path, isPublic, method }: Marked): number {
  if (isPublic) return 0;
  if (/\/(api|ids|export)(\/|\?|$)/.test(path)) return 1;
  return method === 'GET' && path.includes('?') ? 2 : 3;
}

/** Pages that are found without a route of their own. */
function pages(): Marked[] {
  const queries = ['s', 'paged', 'p', 'page_id', 'author', 'm'].map(
    (name) => `/?${name}=${name === 's' ? 'engine' : '1'}*`,
  );
  const paths = ['/2024/05/report-0*/', '/category/reports*/', '/author/ada-byron*/', '/2024*/05/'];
  return [...queries, ...paths].map((path) => ({ title: `GET ${path}`, method: 'GET', path, isPublic: true }));
}

/** Requests for all routes, one for each parameter. */
export async function markedRequests(site: TargetSite): Promise<Marked[]> {
  const marked = pages();
  for (const route of site.routes) {
    const name = `${route.method} ${route.path}`;
    if (LEFT_OUT.test(name)) continue;
    const base = { method: route.method, isPublic: route.public === true };
    const isDangerous = route.method !== 'GET' && DANGEROUS.test(route.path);
    const plain = pathWith(site, route.path, undefined, isDangerous);
    const query = (route.schema as { query?: Schema } | undefined)?.query;
    if (route.method === 'GET')
      for (const [key, schema] of Object.entries(query?.properties ?? {})) {
        const needed = Object.entries(query?.properties ?? {}).filter(
          ([one]) => one === key || query?.required?.includes(one),
        );
        const values = needed.map(([one, its]) => [one, sampleOf(one === key ? schema : its, one)] as const);
        marked.push({ ...base, title: `${name} ?${key}`, path: `${plain}?${encode(values, key)}` });
      }
    for (const key of namesIn(route.path))
      marked.push({ ...base, title: `${name} :${key}`, path: pathWith(site, route.path, key, isDangerous) });
    if (route.method === 'GET') continue;
    for (const body of await bodies(site, route, plain))
      marked.push({ ...base, path: plain, ...body, title: `${name} ${body.title}` });
  }
  return marked.sort((a, b) => weight(a) - weight(b));
}
