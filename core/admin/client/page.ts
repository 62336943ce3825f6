import { type Catalogue, Messages, type MessageValues, type PluralForms } from '../../lib/i18n.ts';

/**
 * What the server left in the page for scripts: `<script type="application/json" id="data-NAME">`. Undefined where it
 * left nothing.
 *
 * @example const { saveUrl } = data<{ saveUrl: string }>('editor') ?? { saveUrl: '' };
 */
export function data<T>(name: string): T | undefined {
  const text = document.getElementById(`data-${name}`)?.textContent;
  return text ? (JSON.parse(text) as T) : undefined;
}

/** The language of the page, such as `de`. */
export const language = (): string => document.documentElement.lang || 'en';

/** Whether the page reads from right to left. */
export const isRightToLeft = (): boolean => document.documentElement.dir === 'rtl';

/** What the script of the page's language leaves behind. */
type Texts = { galleyMessages?: Catalogue };

let messages: Messages | undefined;

/**
 * A text in the language of the page. The source text is its own key; `{name}` places are filled, and `count` chooses
 * among the plural forms.
 *
 * @example t('{count} words', { count }, { one: '{count} word' });
 */
export function t(text: string, values: MessageValues = {}, forms: PluralForms = {}): string {
  messages ??= new Messages(language(), [(globalThis as Texts).galleyMessages ?? {}]);
  return messages.translate(text, values, forms);
}
