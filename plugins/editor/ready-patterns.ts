import {
  type Context,
  json,
  type Messages,
  type PatternDefinition,
  type Reply,
  readerMessages,
  type Site,
  translateBlocks,
  type Viewer,
} from 'galley';
import { demandWriter } from './links.ts';

/** A pattern that the theme or a plugin brings: its blocks are copied into the text. */
export interface ReadyPattern {
  name: string;
  title: string;
  category: string;
  description: string;
  keywords: string;
  content: string;
}

const MAX_CONTENT = 100_000;

/**
 * The patterns of the site's theme and of plugins: what they are called in the words of the reader, their blocks, which
 * visitors will read, in the language of the site.
 * @throws GALLEY_PERMISSION_DENIED
 */
export async function listReadyPatterns(site: Site, viewer: Viewer, words: Messages): Promise<ReadyPattern[]> {
  demandWriter(site, viewer);
  const [{ theme }, texts, language] = await Promise.all([
    site.themes.active(),
    site.admin.views.texts(),
    site.options.get<string>('language'),
  ]);
  const { translations } = theme;
  const ofTheme = theme.patterns.map((pattern) =>
    inWords(pattern, translations.for(words.language), translations.for(language)),
  );
  const ofPlugins = site.patterns
    .list()
    .map(({ name, value }) => inWords({ ...value, name }, words, texts.for(language)));
  return [...ofTheme, ...ofPlugins].filter(({ content }) => content.length <= MAX_CONTENT);
}

function inWords(pattern: PatternDefinition & { name: string }, reader: Messages, visitor: Messages): ReadyPattern {
  const { name, title, category, description, keywords, content } = pattern;
  const shown = (text: string | undefined): string => (text ? reader.translate(text) : '');
  return {
    name,
    title: reader.translate(title),
    category: shown(category),
    description: shown(description),
    keywords: shown(keywords),
    content: translateBlocks(content, visitor),
  };
}

/** Answers the menu of blocks. */
export async function answerReadyPatterns(context: Context): Promise<Reply> {
  const { site, viewer } = context;
  return json({ patterns: await listReadyPatterns(site, viewer, await readerMessages(context)) });
}
