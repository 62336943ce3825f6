import type { Context } from '../http/context.ts';
import { empty, type Reply, redirect, safeRedirect } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { languageChoices } from './language.ts';
import { LAYOUTS, MODES, type Preferences, readPreferences, savePreferences } from './preferences.ts';
import type { ScreenContext } from './screen-context.ts';

const MODE_LABELS: Record<Preferences['mode'], string> = { light: 'Light', dark: 'Dark', system: 'As the device' };
const LAYOUT_LABELS: Record<Preferences['layout'], string> = {
  side: 'Beside the screen',
  top: 'Above the screen',
  both: 'Beside and above',
};

async function showAppearance(page: ScreenContext): Promise<Reply> {
  const preferences = await readPreferences(page.context);
  const { languages } = await page.site.admin.views.texts();
  return page.view('appearance', {
    modes: MODES.map((value) => ({ value, label: MODE_LABELS[value], checked: value === preferences.mode })),
    layouts: LAYOUTS.map((value) => ({ value, label: LAYOUT_LABELS[value], checked: value === preferences.layout })),
    languages: languageChoices(languages, preferences.language),
  });
}

interface Sent extends Partial<Preferences> {
  redirect_to?: string;
  /** All of the form, rather than one button. */
  whole?: boolean;
}

async function changeAppearance(context: Context): Promise<Reply> {
  const { redirect_to: back, whole, ...changes } = context.body as Sent;
  // A box without a tick is not sent.
  await savePreferences(context, whole ? { narrow: false, compact: false, keysOff: false, ...changes } : changes);
  // A script has shown it already, and stays where it is.
  if (context.headers.accept === 'application/json') return empty();
  return redirect(safeRedirect(back, '/admin', context.origin));
}

/** How somebody likes the admin: light or dark, where the menu stands, its language, its keys. */
export function addAppearance(site: Site): void {
  site.admin.screen({
    path: '/appearance',
    title: 'Appearance and language',
    help: 'What you choose here is kept with your account, so it is the same on all your devices.',
    authenticated: true,
    get: showAppearance,
  });
  const flag = { type: 'boolean' };
  const body = {
    type: 'object',
    properties: {
      mode: { enum: [...MODES] },
      layout: { enum: [...LAYOUTS] },
      narrow: flag,
      compact: flag,
      keysOff: flag,
      whole: flag,
      language: { type: 'string', maxLength: 35, pattern: '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$' },
      redirect_to: { type: 'string', maxLength: 4096 },
    },
  };
  site.routes.post('/admin/appearance', { name: 'appearance', authenticated: true, schema: { body } }, (context) =>
    changeAppearance(context as Context),
  );
}
