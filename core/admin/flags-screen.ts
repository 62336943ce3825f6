import type { Reply } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { makeControl } from './form-controls.ts';
import type { ScreenContext } from './screen-context.ts';

const PATH = '/features';
const WHOLE = /^\d{1,3}$/;

/** The screen of feature flags; it stands in the menu where there is one. */
export function addFlagsScreen(site: Site): void {
  const guard = { path: PATH, title: 'Features', capability: 'manage_options' } as const;
  site.admin.screen({ ...guard, get: (page) => show(page), post: save });
  site.admin.menu.add(async ({ viewer }) => {
    const isShown = viewer.can('manage_options') && (await site.flags.list()).length > 0;
    return isShown ? [{ label: 'Features', path: PATH, group: 'system', icon: 'toggles', order: 8 }] : [];
  });
}

async function show(page: ScreenContext, errors: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const flags = await page.site.flags.list();
  const controls = flags.map(({ name, title, summary, percent }) => ({
    ...makeControl(
      { kind: 'integer', label: title, help: summary ?? '', min: 0, max: 100 },
      { name, value: page.values.get(name)?.at(-1) ?? percent, zone: 'UTC', error: errors[name] },
    ),
    label: page.t('{feature}: percent of all people', { feature: page.t(title) }),
  }));
  const summary = controls
    .filter(({ error }) => error)
    .map(({ id, label, error }) => ({ id, label, message: error ?? '' }));
  const intro =
    flags.length > 0
      ? page.t(
          'What is being rolled out. 0 is off, 100 is everybody, visitors too; between them, people who are logged in.',
        )
      : page.t('Nothing is being rolled out.');
  const data = { intro, controls, summary, submit: 'Save' };
  return page.view('form', data, { status: summary.length > 0 ? 422 : 200 });
}

async function save(page: ScreenContext): Promise<Reply> {
  const flags = await page.site.flags.list();
  const errors: Record<string, string> = {};
  for (const { name } of flags) {
    const typed = page.value(name).trim();
    if (!WHOLE.test(typed) || Number(typed) > 100) errors[name] = page.t('Write a whole number from 0 to 100.');
  }
  if (Object.keys(errors).length > 0) return show(page, errors);
  await page.site.database.transaction(async () => {
    for (const { name, percent } of flags)
      if (Number(page.value(name)) !== percent) await page.site.flags.set(name, Number(page.value(name)));
  });
  return page.redirect(PATH, { kind: 'success', text: page.t('Saved. It holds from now on.') });
}
