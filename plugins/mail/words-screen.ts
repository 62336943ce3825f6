import {
  chooseLanguage,
  directionOf,
  type FieldDefinition,
  type FormErrors,
  GalleyError,
  isGalleyError,
  languageChoices,
  makeControls,
  mistakesOf,
  type Notice,
  type Reply,
  type ScreenContext,
  summarize,
} from 'galley';
import type { Mail } from './mail.ts';
import { type MailTemplate, type MailWords, placesOf, SUBJECT_MAX, TEXT_MAX } from './template.ts';

const PREFIX = 'mail';
const FIELDS: Record<keyof MailWords, FieldDefinition> = {
  subject: { kind: 'text', label: 'Subject', required: true, maxLength: SUBJECT_MAX },
  text: {
    kind: 'textarea',
    label: 'Text',
    required: true,
    maxLength: TEXT_MAX,
    help: 'Plain text. An empty line begins a new paragraph.',
  },
};

interface Opened {
  name: string;
  template: MailTemplate;
  language: string;
  languages: ReadonlySet<string>;
  words: MailWords;
  isChanged: boolean;
}

/** The mail and the language that an address names. @throws GALLEY_ROUTE_UNKNOWN */
async function open(page: ScreenContext, mail: Mail): Promise<Opened> {
  const name = page.params['name'] ?? '';
  const template = mail.templates.get(name);
  if (!template) throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is no such mail.');
  const texts = await page.site.admin.views.texts();
  const ofSite = await page.site.options.get<string>('language');
  const language = chooseLanguage([page.text('language'), ofSite], texts.languages) ?? 'en';
  const changed = await mail.templates.changedOf(name, language);
  const words = changed ?? mail.templates.ownOf(name, texts.for(language));
  return { name, template, language, languages: texts.languages, words, isChanged: changed !== undefined };
}

/** The words of a mail, with a preview. */
export async function showWords(page: ScreenContext, mail: Mail): Promise<Reply> {
  return show(page, mail, await open(page, mail));
}

async function show(
  page: ScreenContext,
  mail: Mail,
  opened: Opened,
  { errors = {}, notices = [] }: { errors?: FormErrors; notices?: Notice[] } = {},
): Promise<Reply> {
  const { site, viewer } = page;
  const { name, template, language, words } = opened;
  const controls = await makeControls(FIELDS, {
    site,
    viewer,
    prefix: PREFIX,
    values: { ...words },
    errors,
    zone: 'UTC',
  });
  const url = `/admin/mail/${name}`;
  const data = {
    title: page.t(template.title),
    intro: page.t(template.intro),
    breadcrumbs: [{ label: 'Mail', url: '/admin/mail' }],
    stylesheets: [await site.assets.url('mail', 'mail.css')],
    notices,
    tabs: languageChoices(opened.languages, language).map((item) => ({
      label: item.name,
      url: `${url}?language=${item.code}`,
      current: item.selected,
    })),
    controls,
    summary: summarize(controls, errors),
    places: Object.entries(placesOf(template)).map(([place, { label, isLink }]) => ({
      place: `{${place}}`,
      label,
      isNeeded: isLink === true,
    })),
    preview: { ...(await mail.preview(name, words, language)), language, direction: directionOf(language) },
    isChanged: opened.isChanged,
    resetUrl: `${url}/reset?language=${language}`,
  };
  return page.view('mail/words', data, { status: Object.keys(errors).length > 0 ? 422 : 200 });
}

/** Keeps the words, shows what they make, or sends that to whoever asks. */
export async function sendWords(page: ScreenContext, mail: Mail): Promise<Reply> {
  const stored = await open(page, mail);
  const words = { subject: page.value(`${PREFIX}.subject`), text: page.value(`${PREFIX}.text`) };
  const opened = { ...stored, words };
  try {
    if (page.value('press') === 'preview') return await show(page, mail, opened);
    if (page.value('press') === 'test')
      return await show(page, mail, opened, { notices: [await test(page, mail, opened)] });
    await mail.templates.change(opened.name, opened.language, words);
  } catch (error) {
    const mistakes = isGalleyError(error) ? mistakesOf(error) : [];
    if (mistakes.length === 0) throw error;
    const errors = Object.fromEntries(mistakes.map(({ field, message }) => [`${PREFIX}.${field}`, page.t(message)]));
    return show(page, mail, opened, { errors });
  }
  return page.redirect(`/mail/${opened.name}?language=${opened.language}`, {
    kind: 'success',
    text: page.t('Saved. The next mail has these words.'),
  });
}

async function test(page: ScreenContext, mail: Mail, { name, words, language }: Opened): Promise<Notice> {
  const { email } = page.user;
  if (email === '') return { kind: 'warning', text: page.t('Your profile has no e-mail address to send it to.') };
  try {
    await mail.sendTest(name, words, { name: page.user.name, address: email, language });
    return { kind: 'success', text: page.t('A test is on its way to {address}.', { address: email }) };
  } catch (error) {
    if (!isGalleyError(error) || !error.code.startsWith('GALLEY_MAIL_')) throw error;
    return { kind: 'danger', text: error.message };
  }
}

/** Brings the words back to what they were at first. */
export async function resetWords(page: ScreenContext, mail: Mail): Promise<Reply> {
  const { name, language } = await open(page, mail);
  await mail.templates.reset(name, language);
  return page.redirect(`/mail/${name}?language=${language}`, {
    kind: 'success',
    text: page.t('The words are as they were at first.'),
  });
}
