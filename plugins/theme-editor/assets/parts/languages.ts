import { StreamLanguage, type StringStream } from '@codemirror/language';

/** Where in a template the reader stands. */
interface TemplateState {
  place: 'text' | 'tag' | 'quoted';
  quote: string;
  /** What ends the comment or mustache that is open. */
  until: '' | '-->' | '--}}' | '}}';
  isMustache: boolean;
}

const WORDS = /^(#?else|if|unless|each|with|query|inline|as|this|true|false|null)\b/;

function inMustache(stream: StringStream, state: TemplateState): string | null {
  if (stream.match(/^~?\}\}\}?/)) {
    state.isMustache = false;
    return 'keyword';
  }
  if (stream.match(/^'[^']*'|^"[^"]*"/)) return 'string';
  if (stream.match(/^-?\d+(\.\d+)?/)) return 'number';
  if (stream.match(WORDS)) return 'keyword';
  if (stream.match(/^[\w-]+(?==)/)) return 'attributeName';
  if (stream.match(/^@?[\w./-]+/)) return 'variableName';
  stream.next();
  return null;
}

function inComment(stream: StringStream, state: TemplateState): string {
  if (stream.skipTo(state.until)) {
    stream.match(state.until);
    state.until = '';
  } else stream.skipToEnd();
  return 'comment';
}

function openMustache(stream: StringStream, state: TemplateState): string | null {
  if (stream.match('{{!--')) state.until = '--}}';
  else if (stream.match(/^\{\{![^<]/)) state.until = '}}';
  if (state.until !== '') return inComment(stream, state);
  if (!stream.match(/^\{\{\{?~?[#/^>&*!<]*/)) return null;
  state.isMustache = true;
  return 'keyword';
}

function inTag(stream: StringStream, state: TemplateState): string | null {
  if (stream.match(/^\/?>/)) {
    state.place = 'text';
    return 'tagName';
  }
  if (stream.match(/^["']/)) {
    [state.place, state.quote] = ['quoted', stream.current()];
    return 'string';
  }
  if (stream.match(/^[^\s"'>/={]+/)) return 'attributeName';
  stream.next();
  return null;
}

function inQuotes(stream: StringStream, state: TemplateState): string {
  while (!stream.eol() && !stream.match('{{', false)) {
    if (stream.next() !== state.quote) continue;
    state.place = 'tag';
    break;
  }
  return 'string';
}

function inText(stream: StringStream, state: TemplateState): string | null {
  if (stream.match('<!--')) {
    state.until = '-->';
    return inComment(stream, state);
  }
  if (stream.match(/^<\/?[a-zA-Z][\w-]*/)) {
    state.place = 'tag';
    return 'tagName';
  }
  if (stream.match(/^<![^>]*>/)) return 'meta';
  if (stream.match(/^&[#\w]+;/)) return 'atom';
  stream.next();
  stream.match(/^[^<{&]+/);
  return null;
}

/** HTML with Handlebars. */
const template = StreamLanguage.define<TemplateState>({
  name: 'template',
  startState: () => ({ place: 'text', quote: '', until: '', isMustache: false }),
  token(stream, state) {
    if (state.until !== '') return inComment(stream, state);
    if (state.isMustache) return inMustache(stream, state);
    if (stream.match('{{', false)) return openMustache(stream, state);
    if (state.place === 'tag') return inTag(stream, state);
    return state.place === 'quoted' ? inQuotes(stream, state) : inText(stream, state);
  },
  languageData: { commentTokens: { block: { open: '{{!--', close: '--}}' } } },
});

interface SheetState {
  isComment: boolean;
  depth: number;
}

function inSheetComment(stream: StringStream, state: SheetState): string {
  state.isComment = !stream.skipTo('*/');
  if (state.isComment) stream.skipToEnd();
  else stream.match('*/');
  return 'comment';
}

const css = StreamLanguage.define<SheetState>({
  name: 'css',
  startState: () => ({ isComment: false, depth: 0 }),
  token(stream, state) {
    if (state.isComment || stream.match('/*')) return inSheetComment(stream, state);
    if (stream.match(/^"([^"\\]|\\.)*"?|^'([^'\\]|\\.)*'?/)) return 'string';
    if (stream.match(/^@[\w-]+/)) return 'keyword';
    if (stream.match(/^[{}]/)) {
      state.depth += stream.current() === '{' ? 1 : -1;
      return null;
    }
    if (stream.match(/^#[0-9a-fA-F]{3,8}\b/) || stream.match(/^-?(\d+\.?\d*|\.\d+)[\w%]*/)) return 'number';
    if (state.depth > 0 && stream.match(/^-{0,2}[a-zA-Z][\w-]*(?=\s*:\s)/)) return 'propertyName';
    if (stream.match(/^--[\w-]+/)) return 'variableName';
    if (stream.match(/^[.#][\w-]+/)) return 'tagName';
    if (stream.match(/^[\w-]+/)) return stream.peek() === '(' ? 'keyword' : null;
    stream.next();
    return null;
  },
  languageData: { commentTokens: { block: { open: '/*', close: '*/' } } },
});

const json = StreamLanguage.define({
  name: 'json',
  token(stream) {
    if (stream.match(/^"([^"\\]|\\.)*"(?=\s*:)/)) return 'propertyName';
    if (stream.match(/^"([^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^-?\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number';
    if (stream.match(/^(true|false|null)\b/)) return 'keyword';
    stream.next();
    return null;
  },
});

/** The language of a file by its name. */
export const languageOf = (name: string): StreamLanguage<unknown> =>
  (name === 'css' ? css : name === 'json' ? json : template) as StreamLanguage<unknown>;
