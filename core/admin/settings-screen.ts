import type { FieldDefinition } from '../content/fields.ts';
import type { Reply } from '../http/reply.ts';
import { GalleyError } from '../lib/errors.ts';
import { readFields } from './form-read.ts';
import { type FormErrors, wordsFor } from './form-words.ts';
import { makeControls, readAsk, summarize } from './forms.ts';
import { historyLink } from './history-links.ts';
import type { ScreenContext } from './screen-context.ts';
import { type SettingsField, saveSettings, settingsFields, settingsValues } from './settings.ts';
import { recordSettings } from './settings-history.ts';

const PREFIX = 'settings';

interface SettingsTab {
  label: string;
  url: string;
  current: boolean;
}

interface Shown {
  values: Record<string, unknown>;
  errors?: FormErrors;
  status?: number;
  searches?: Record<string, string>;
}

const definitions = (fields: readonly SettingsField[]): Record<string, FieldDefinition> =>
  Object.fromEntries(fields.map(({ name, field }) => [name, field]));

async function show(page: ScreenContext, fields: readonly SettingsField[], shown: Shown): Promise<Reply> {
  const { site, viewer } = page;
  const { errors = {}, values, searches } = shown;
  const definition = site.admin.settings.need(page.params['page'] ?? '');
  const zone = await site.options.get<string>('timezone');
  const controls = await makeControls(definitions(fields), {
    site,
    viewer,
    prefix: PREFIX,
    values,
    errors,
    zone,
    searches,
  });
  const data = {
    title: definition.title,
    intro: definition.intro,
    breadcrumbs: [{ label: 'Settings', url: '/admin/settings' }],
    actions: historyLink(page, 'settings', page.params['page'] ?? ''),
    tabs: settingsTabs(page, page.params['page'] ?? ''),
    controls,
    summary: summarize(controls, errors),
    submit: 'Save settings',
  };
  return page.view('form', data, { status: shown.status ?? 200 });
}

/** The tabs above a page of settings, also above one that a plugin draws itself. */
export function settingsTabs({ site, viewer }: ScreenContext, name: string): SettingsTab[] {
  return site.admin.settings.tabs(viewer).map((tab) => ({
    label: tab.value.title,
    url: `/admin/settings/${tab.name}`,
    current: tab.name === name,
  }));
}

/** Shows a page of settings. */
export async function readSettingsScreen(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const fields = await settingsFields(site, page.params['page'] ?? '');
  return show(page, fields, { values: await settingsValues(site, fields) });
}

/** Stores a page of settings, or shows what is wrong with it as it was typed. */
export async function sendSettingsScreen(page: ScreenContext): Promise<Reply> {
  const { site, values: form } = page;
  const name = page.params['page'] ?? '';
  const fields = await settingsFields(site, name);
  const zone = await site.options.get<string>('timezone');
  const { values } = readFields(definitions(fields), form, { prefix: PREFIX, zone });
  const { isOnlyAsking, searches } = readAsk(form);
  if (isOnlyAsking) return show(page, fields, { values, searches });
  try {
    await recordSettings(page, name, () => saveSettings(site, fields, values));
  } catch (error) {
    if (!(error instanceof GalleyError) || error.status >= 500) throw error;
    return show(page, fields, { values, status: 422, errors: errorsOf(fields, error) });
  }
  return page.redirect(`/settings/${name}`, { kind: 'success', text: 'Saved. It holds from now on.' });
}

/** Which field an option's complaint is about. */
function errorsOf(fields: readonly SettingsField[], error: GalleyError): FormErrors {
  const { name = '', problem = error.message } = (error.details ?? {}) as { name?: string; problem?: string };
  const own = fields.filter(({ option }) => option === name || name === '');
  const [member = ''] = problem.split(' ');
  const found = own.find((field) => field.member === member.split('.')[0]) ?? own[0] ?? fields[0];
  const words = found?.member && problem.startsWith(found.member) ? problem.slice(found.member.length).trim() : problem;
  return found ? { [`${PREFIX}.${found.name}`]: wordsFor(found.field, words.split(';')[0] ?? words) } : {};
}
