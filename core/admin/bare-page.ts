import type { Context } from '../http/context.ts';
import { html, type Reply } from '../http/reply.ts';
import { readerLanguage } from './language.ts';
import { readPreferences } from './preferences.ts';

/** What a page before log-in shows. */
export interface BarePage {
  title: string;
  /** A sentence below the title. */
  intro?: string;
  [name: string]: unknown;
}

/** A page outside of the frame: log-in, set-up, a new password. Never kept by anybody. */
export async function barePage(
  context: Context,
  template: string,
  { title, ...data }: BarePage,
  options: { status?: number; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const { site } = context;
  const preferences = await readPreferences(context);
  const view = { token: context.csrfToken(), ...data, page: { kind: 'account', heading: title }, preferences };
  const text = await site.admin.views.render(template, view, context.origin, await readerLanguage(context));
  const headers = { 'cache-control': 'private, no-store', ...options.headers };
  return html(text, { status: options.status ?? 200, headers });
}
