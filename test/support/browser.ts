import assert from 'node:assert/strict';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import type { TestSite } from '../../core/testing.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** A page as it came, and the ways on from it. */
export interface Page {
  status: number;
  /** Where the last redirect led, or what was asked for. */
  url: string;
  html: string;
  headers: Record<string, unknown>;
  /** All text, blanks run together. */
  text: string;
}

/** What to fill in: text, several values, or a tick. Names that the form does not have are a mistake. */
export type Fill = Record<string, string | readonly string[] | boolean>;

const isElement = (node: Node): node is Element => 'tagName' in node;
const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((item) => item.name === name)?.value;

/** All elements below a node that have one of the names, in order. */
function elements(node: Node, ...names: string[]): Element[] {
  const found = isElement(node) && (names.length === 0 || names.includes(node.tagName)) ? [node] : [];
  const children = 'childNodes' in node ? node.childNodes : [];
  return [...found, ...children.flatMap((child) => elements(child, ...names))];
}

/** The text below a node, blanks run together. */
function textOf(node: Node): string {
  if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
  if (isElement(node) && ['script', 'style', 'svg'].includes(node.tagName)) return '';
  return 'childNodes' in node ? node.childNodes.map(textOf).join(' ').replace(/\s+/g, ' ').trim() : '';
}

/** Where the links of a page lead, each with its words and its `rel`. */
export function linksOf(page: Page): { href: string; text: string; rel: string }[] {
  return elements(parse(page.html), 'a').map((link) => ({
    href: attribute(link, 'href') ?? '',
    text: textOf(link),
    rel: attribute(link, 'rel') ?? '',
  }));
}

/** A browser without scripts: it follows redirects, keeps cookies and sends forms as they stand in the page. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #site: () => TestSite;

  constructor(site: () => TestSite, cookie?: string) {
    this.#site = site;
    const [name, value] = cookie?.split('=') ?? [];
    if (name && value) this.cookies.set(name, value);
  }

  get(url: string): Promise<Page> {
    return this.#go('GET', url);
  }

  /** Sends exactly these values, without a form. */
  post(url: string, values: Record<string, string | readonly string[]> = {}): Promise<Page> {
    const pairs = Object.entries(values).flatMap(([name, given]) =>
      [given].flat().map((value) => [name, value] as [string, string]),
    );
    return this.#go('POST', url, new URLSearchParams(pairs).toString());
  }

  /** Fills in the form with the button of that text, or of that name for readers of screens, and presses it. */
  async submit(page: Page, button: string, fill: Fill = {}): Promise<Page> {
    const document = parse(page.html);
    const found = elements(document, 'form')
      .flatMap((form) => elements(form, 'button').map((item) => ({ form, item })))
      .find(({ item }) => [textOf(item), attribute(item, 'aria-label')].includes(button));
    assert.ok(found, `There is no button "${button}" in ${page.url}: ${page.text.slice(0, 500)}`);
    const { form, item } = found;
    const values = filled(form, fill);
    const name = attribute(item, 'name');
    if (name) values.push([name, attribute(item, 'value') ?? '']);
    const action = attribute(item, 'formaction') ?? attribute(form, 'action') ?? page.url;
    const body = new URLSearchParams(values).toString();
    if (attribute(form, 'method') !== 'post') return this.get(`${action}?${body}`);
    return this.#go('POST', action, body);
  }

  async #go(method: string, url: string, payload?: string, left = 5): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const form: Record<string, string> =
      payload === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { ...(cookie ? { cookie } : {}), 'sec-fetch-site': 'same-origin', accept: 'text/html', ...form };
    const reply = await this.#site().inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    this.#keep(reply.headers['set-cookie']);
    const { location } = reply.headers;
    if (typeof location === 'string' && reply.statusCode >= 300 && reply.statusCode < 400) {
      assert.ok(left > 0, `${url} redirects in circles`);
      return this.#go('GET', location.replace(/#.*$/, ''), undefined, left - 1);
    }
    const html = reply.payload;
    return { status: reply.statusCode, url, html, headers: reply.headers, text: textOf(parse(html)) };
  }

  #keep(header: string | string[] | number | undefined): void {
    for (const line of [header ?? []].flat().map(String)) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, decodeURIComponent(value));
    }
  }
}

/** What a browser would send of a form, with the fields of `fill` changed. */
function filled(form: Element, fill: Fill): [string, string][] {
  const controls = elements(form, 'input', 'textarea', 'select').filter(
    (item) => attribute(item, 'name') && attribute(item, 'disabled') === undefined,
  );
  const names = new Set(controls.map((item) => attribute(item, 'name')));
  for (const name of Object.keys(fill))
    assert.ok(names.has(name), `The form has no field "${name}"; it has ${[...names].join(', ')}`);
  const done = new Set<string>();
  return controls.flatMap((item): [string, string][] => {
    const name = attribute(item, 'name') ?? '';
    const isHidden = attribute(item, 'type') === 'hidden';
    const given = isHidden && typeof fill[name] === 'boolean' ? undefined : fill[name];
    if (given === undefined) return stored(item, name);
    if (typeof given === 'boolean') return given ? [[name, attribute(item, 'value') ?? 'on']] : [];
    if (done.has(name)) return [];
    done.add(name);
    return [given].flat().map((value) => [name, value]);
  });
}

function stored(item: Element, name: string): [string, string][] {
  if (item.tagName === 'textarea')
    return [[name, item.childNodes.map((node) => (node as DefaultTreeAdapterTypes.TextNode).value).join('')]];
  if (item.tagName === 'select') {
    const options = elements(item, 'option');
    const chosen = options.find((option) => attribute(option, 'selected') !== undefined) ?? options[0];
    return chosen ? [[name, attribute(chosen, 'value') ?? '']] : [];
  }
  const type = attribute(item, 'type') ?? 'text';
  if ((type === 'checkbox' || type === 'radio') && attribute(item, 'checked') === undefined) return [];
  return type === 'file' ? [] : [[name, attribute(item, 'value') ?? '']];
}
