import MarkdownIt from 'markdown-it';
import { sanitizeHtmlFragment } from './blocks/sanitize.ts';

// HTML in it is text: whoever wants HTML has a field for that.
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });

/** Markdown as clean HTML, for instance of a field of the kind `markdown`. */
export function renderMarkdown(text: string): string {
  return sanitizeHtmlFragment(markdown.render(text));
}
