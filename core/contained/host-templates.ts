// Fills the templates of contained plugins, where a template that takes too long or too much costs this process only.
import Handlebars from 'handlebars';
import { safeUrl } from '../lib/escape.ts';
import { ALLOWED_HELPERS } from './template-rules.ts';

const MAX_RECORDS = 200;
const MAX_HTML = 256 * 1024;

const engine = Handlebars.create();
for (const name of Object.keys(engine.helpers)) if (!ALLOWED_HELPERS.has(name)) engine.unregisterHelper(name);
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
engine.registerHelper('url', (value: unknown) => safeUrl(text(value) || '#'));
engine.registerHelper('attribute', (value: unknown) => value);
engine.registerHelper('eq', (a: unknown, b: unknown) => a === b);
engine.registerHelper('not', (value: unknown) => !value);
engine.registerHelper('and', (a: unknown, b: unknown) => a && b);
engine.registerHelper('or', (a: unknown, b: unknown) => a || b);

const compiled = new Map<string, (data: unknown) => string>();

function compile(source: string): (data: unknown) => string {
  const known = compiled.get(source);
  if (known) return known;
  const knownHelpers = Object.fromEntries([...ALLOWED_HELPERS].map((name) => [name, true]));
  // The source is a string that the kernel has read and checked, never anything else.
  const made = engine.compile(String(source), { knownHelpersOnly: true, knownHelpers, strict: false });
  compiled.set(source, made);
  return made;
}

/**
 * Fills a template with each record of a list.
 *
 * @param json the list
 * @returns the texts, as JSON
 */
export function fillTemplate(source: string, json: string): string {
  const records: unknown = JSON.parse(json);
  if (!Array.isArray(records)) throw new Error('the handler of a block returns one record for each block');
  const render = compile(source);
  let length = 0;
  const texts = records.slice(0, MAX_RECORDS).map((record: unknown) => {
    const html = render(record);
    length += html.length;
    if (length > MAX_HTML) throw new Error('the filled templates are too long');
    return html;
  });
  return JSON.stringify(texts);
}
