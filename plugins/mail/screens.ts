import type { Reply, Screen, ScreenContext, Site } from 'galley';
import { languageChoices, tableView } from 'galley';
import { MAIL_JOBS } from './health.ts';
import type { Mail } from './mail.ts';
import { addPreferenceScreen } from './preferences.ts';
import { resetWords, sendWords, showWords } from './words-screen.ts';

const COUNTED = 1000;

/** The screens: all mails, the words of one, and in profiles which of them a person gets. */
export function addScreens(site: Site, mail: Mail): void {
  const screen = (path: string, title: string, more: Partial<Screen>): void =>
    site.admin.screen({ path: `/mail${path}`, title, capability: 'manage_options', ...more });
  screen('', 'Mail', {
    menu: { group: 'system', icon: 'envelope', order: 45, searchWords: 'e-mails, messages, notifications' },
    help: 'Each mail has words of its own in each language. They are plain texts; {name} and its like stand for what differs from mail to mail.',
    get: (page) => showMails(page, mail),
  });
  screen('/:name', 'Words of a mail', {
    query: ['language'],
    get: (page) => showWords(page, mail),
    post: (page) => sendWords(page, mail),
  });
  screen('/:name/reset', 'Words as at first', { query: ['language'], post: (page) => resetWords(page, mail) });
  addPreferenceScreen(site, mail);
}

/** How mails leave the site, in words. */
function wayOf({ site, t }: { site: Site; t: ScreenContext['t'] }): string {
  const { url, folder } = site.config.mail;
  if (site.hooks.hasFilter('mail:sending')) return t('A plugin takes the mails and sends them.');
  if (url !== '') return t('Mails go out by the mail server {host}.', { host: new URL(url).host });
  if (folder !== '') return t('Mails are written to files in the folder “{folder}”. Nobody gets them.', { folder });
  return t('No mail goes out: whoever runs the site sets SMTP_URL.');
}

async function showMails(page: ScreenContext, mail: Mail): Promise<Reply> {
  const { site } = page;
  const { languages } = await site.admin.views.texts();
  const names = new Map(languageChoices(languages, '').map(({ code, name }) => [code, name]));
  const rows = mail.templates.list().map(async ({ name, value }) => {
    const changed = (await mail.templates.languagesOf(name)).map((code) => names.get(code) ?? code);
    return {
      id: name,
      label: page.t(value.title),
      cells: {
        title: { text: page.t(value.title), url: `/admin/mail/${name}`, note: page.t(value.intro) },
        words:
          changed.length > 0
            ? { text: page.t('Changed: {languages}', { languages: changed.join(', ') }) }
            : { text: page.t('As at first') },
      },
    };
  });
  const failed = await site.jobs.count({ state: 'failed', names: MAIL_JOBS }, COUNTED);
  const table = tableView({
    caption: 'Mails',
    columns: [
      { key: 'title', label: 'Mail' },
      { key: 'words', label: 'Words', isMinor: true },
    ],
    rows: await Promise.all(rows),
    address: '/admin/mail',
    empty: { title: 'No mails', text: 'No plugin sends any.' },
  });
  const failure = {
    kind: 'warning' as const,
    text: page.t('{count} mails could not be sent.', { count: failed }, { one: 'One mail could not be sent.' }),
    link: { label: page.t('Look at the queue'), url: '/admin/system/queue?state=failed' },
  };
  return page.view('list', {
    intro: wayOf({ site, t: page.t.bind(page) }),
    table,
    notices: failed > 0 ? [failure] : [],
  });
}
