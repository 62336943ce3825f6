/** The event by which the editor asks the script that reads Markdown. */
export const MARKDOWN_ASKED = 'galley:markdown';

/** What it carries. */
export interface MarkdownAsked {
  text: string;
  /** The answer, written while the event is handled. */
  html?: string;
}
