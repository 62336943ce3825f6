import { MARKDOWN_ASKED, type MarkdownAsked } from '../model/markdown-asked.ts';
import { editorData } from '../parts/catalog.ts';
import { htmlOfText } from './paste-text.ts';

let script: Promise<unknown> | undefined;

/** HTML of pasted Markdown, whose footnotes are told; its lines as they are where the script that reads it does not come. */
export async function htmlOfMarkdown(text: string, keepNote?: (id: string, html: string) => void): Promise<string> {
  script ??= import(editorData().markdown);
  await script.catch(() => {
    script = undefined; // The connection may be back the next time.
  });
  const detail: MarkdownAsked = { text, keepNote };
  document.dispatchEvent(new CustomEvent(MARKDOWN_ASKED, { detail }));
  return detail.html ?? htmlOfText(text);
}
