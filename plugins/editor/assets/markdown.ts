// Reads Markdown. Fetched when somebody pastes some: few do, and it is an eighth of the editor.
import MarkdownIt from 'markdown-it';
import { MARKDOWN_ASKED, type MarkdownAsked } from './model/markdown-asked.ts';

const markdown = new MarkdownIt({ html: false, linkify: false });
document.addEventListener(MARKDOWN_ASKED, (event) => {
  const { detail } = event as CustomEvent<MarkdownAsked>;
  detail.html = markdown.render(detail.text);
});
