/** The event by which the editor asks the script that reads Markdown. */
export const MARKDOWN_ASKED = 'galley:markdown';

/** What it carries. */
export interface MarkdownAsked {
  text: string;
  /** Is told what each footnote says, by the id that its mark has; without it they are text. */
  keepNote?: ((id: string, html: string) => void) | undefined;
  /** The answer, written while the event is handled. */
  html?: string;
}
