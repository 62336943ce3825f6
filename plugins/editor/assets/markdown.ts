// Reads Markdown. Fetched when somebody pastes some: few do, and it is an eighth of the editor.
import MarkdownIt from 'markdown-it';
import { readNotes } from './markdown-notes.ts';
import { MARKDOWN_ASKED, type MarkdownAsked } from './model/markdown-asked.ts';

const markdown = new MarkdownIt({ html: false, linkify: false }).use(readNotes);
document.addEventListener(MARKDOWN_ASKED, (event) => {
  const { detail } = event as CustomEvent<MarkdownAsked>;
  const { text, keepNote } = detail;
  detail.html = markdown.render(text, { keepNote });
});
