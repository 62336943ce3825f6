import { type FieldDefinition, makeControls, type Reply, readFields, type ScreenContext, type Site } from 'galley';
import type { Mail } from './mail.ts';
import { choicesOff, setChoicesOff } from './recipients.ts';

const PREFIX = 'mails';
const URL = '/admin/profile/mail';

/** The part of the profile in which people choose which mails they get. */
export function addPreferenceScreen(site: Site, mail: Mail): void {
  site.admin.screen({
    path: '/profile/mail',
    title: 'E-mails to you',
    authenticated: true,
    get: (page) => showChoices(page, mail),
    post: (page) => saveChoices(page, mail),
  });
  site.hooks.addAction('site:ready', () => {
    site.services.find('profiles')?.tabs.define('mail', { label: 'E-mails to you', url: URL });
  });
}

/** What this person may choose: only of mails that he can get at all. */
function fieldsFor({ viewer }: ScreenContext, mail: Mail): Record<string, FieldDefinition> {
  const own = mail.choices.list().filter(({ value }) => !value.capability || viewer.can(value.capability));
  return Object.fromEntries(own.map(({ name, value }) => [name, { kind: 'boolean', label: value.label } as const]));
}

async function showChoices(page: ScreenContext, mail: Mail): Promise<Reply> {
  const { site, viewer } = page;
  const fields = fieldsFor(page, mail);
  const off = await choicesOff(site, page.user.id);
  const values = Object.fromEntries(Object.keys(fields).map((name) => [name, !off.includes(name)]));
  const controls = await makeControls(fields, { site, viewer, prefix: PREFIX, values, zone: 'UTC' });
  return page.view('form', {
    title: page.t('Your profile'),
    intro: page.t('Mails about your account, such as a link for a new password, come in any case.'),
    tabs: site.services.find('profiles')?.tabsAt(URL),
    controls,
    submit: 'Save your choice',
  });
}

async function saveChoices(page: ScreenContext, mail: Mail): Promise<Reply> {
  const fields = fieldsFor(page, mail);
  const { values } = readFields(fields, page.values, { prefix: PREFIX, zone: 'UTC' });
  const kept = (await choicesOff(page.site, page.user.id)).filter((name) => !Object.hasOwn(fields, name));
  const off = Object.keys(fields).filter((name) => values[name] !== true);
  await setChoicesOff(page.site, page.user.id, [...kept, ...off]);
  return page.redirect(URL, { kind: 'success', text: page.t('Saved. It holds from now on.') });
}
