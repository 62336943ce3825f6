import { type Context, json, type Reply, readerMessages, type Site, type Viewer } from 'galley';
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
 * The patterns of the site's theme and of plugins, in the words of a language.
 * @throws GALLEY_PERMISSION_DENIED
 */
export async function listReadyPatterns(
  site: Site,
  viewer: Viewer,
  words: Awaited<ReturnType<typeof readerMessages>>,
): Promise<ReadyPattern[]> {
  demandWriter(site, viewer);
  const { theme } = await site.themes.active();
  const messages = theme.translations.for(words.language);
  const ofTheme = theme.patterns.map((pattern) => ({
    ...pattern,
    translate: (text: string) => messages.translate(text),
  }));
  const ofPlugins = site.patterns
    .list()
    .map(({ name, value }) => ({ ...value, name, translate: (text: string) => words.translate(text) }));
  return [...ofTheme, ...ofPlugins]
    .filter(({ content }) => content.length <= MAX_CONTENT)
    .map(({ name, title, category, description, keywords, content, translate }) => ({
      name,
      title: translate(title),
      category: category ? translate(category) : '',
      description: description ? translate(description) : '',
      keywords: keywords ? translate(keywords) : '',
      content,
    }));
}

/** Answers the menu of blocks. */
export async function answerReadyPatterns(context: Context): Promise<Reply> {
  const { site, viewer } = context;
  return json({ patterns: await listReadyPatterns(site, viewer, await readerMessages(context)) });
}
