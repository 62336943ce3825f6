import { randomUUID } from 'node:crypto';
import { GalleyError, type Messages, Registry, SafeHtml, type Site } from 'galley';
import { headField, type MailAddress, parseAddress, plainLine } from './address.ts';
import { catchLetter } from './catcher.ts';
import { type Letter, writeLetter } from './letter.ts';
import { checkTarget, findRecipient, type MailTarget, type Recipient } from './recipients.ts';
import { checkWords, fillSubject, fillText, type MailWords, placesOf, SUBJECT_MAX, TEXT_MAX } from './template.ts';
import { MailTemplates } from './templates.ts';
import { sendBySmtp } from './transport.ts';

/** A mail to somebody: by a template and what stands for its places, or with words of its own. */
export interface MailMessage {
  to: MailTarget;
  template?: string;
  /** What stands for the places of the template; for a link a path of this site. */
  data?: Readonly<Record<string, string>>;
  subject?: string;
  text?: string;
  /** The text as HTML; made from the text unless given. */
  html?: SafeHtml;
  /** The person's own unless given; for an address the site's. */
  language?: string;
  /** After this moment it is of no use and is not sent, in ms since the epoch. */
  expiresAt?: number;
}

/** How a mail is enqueued. */
export interface MailOptions {
  /** The contained plugin that it comes from. */
  plugin?: string;
  /** While one with this key has not been sent, no other is enqueued. */
  unique?: string;
  delayMs?: number;
}

/** A kind of mail that people may do without. */
export interface MailChoice {
  label: string;
  /** Offered only to who holds it. */
  capability?: string;
}

/** The names of the jobs that send mails: those of the site, and those of contained plugins, which are counted. */
export const SEND_JOB = 'mail:send';
export const PLUGIN_JOB = 'mail:plugin';
/** The mail by which contained plugins write: it says so, and no other plugin changes that. */
export const PLUGIN_TEMPLATE = 'from-plugin';
const SEALED = 'mail-jobs';
const PLACE = 'jobs.data';
const FOOT_TEXTS = {
  site: 'This mail comes from {site}:\n{home}',
  choice: 'You choose in your profile which mails you get:\n{profile}',
};

/** What the queue holds of a mail: whom it goes to, and the rest so that nobody reads it there. */
export interface QueuedMail {
  to: number | MailAddress;
  template: string;
  plugin?: string;
  sealed: string;
}

type Sealed = Pick<MailMessage, 'data' | 'subject' | 'text' | 'language' | 'expiresAt'> & { html?: string };

/** Sends mail, behind the requests: a mail server that is down fails no page. */
export class Mail {
  readonly #site: Site;
  /** Mails whose words administrators change. Other plugins define theirs. */
  readonly templates: MailTemplates;
  /** Kinds of mail that people may do without. */
  readonly choices = new Registry<MailChoice>('kind of mail');

  constructor(site: Site) {
    this.#site = site;
    this.templates = new MailTemplates(site);
  }

  /** Whether there is any way for mail to go out. */
  canSend(): boolean {
    const { url, folder } = this.#site.config.mail;
    return url !== '' || folder !== '' || this.#site.hooks.hasFilter('mail:sending');
  }

  /**
   * Puts a mail into the queue. It is sent soon, and again where the server was down; in a transaction only when that
   * commits.
   * @returns the id of the job; null where no mail can be sent from here
   * @throws GALLEY_INPUT_INVALID for a line break in an address or a subject, and for a template that there is not
   */
  async send(message: MailMessage, { plugin, ...options }: MailOptions = {}): Promise<number | null> {
    const { to, template = '', data, subject, text, html, language, expiresAt } = message;
    if (template !== '') this.templates.need(template);
    else checkOwnWords(message);
    const target = checkTarget(to);
    if (!this.canSend()) {
      this.#site.log.warn({ template }, 'A mail was not sent: there is no mail server. Set SMTP_URL');
      return null;
    }
    const sealed: Sealed = { data, subject, text, language, expiresAt, ...(html ? { html: html.value } : {}) };
    const queued: QueuedMail = {
      to: target,
      template,
      ...(plugin === undefined ? {} : { plugin }),
      sealed: this.#site.keys.encrypt(SEALED, JSON.stringify(sealed), PLACE),
    };
    return this.#site.jobs.enqueue(plugin === undefined ? SEND_JOB : PLUGIN_JOB, queued, options);
  }

  /** Sends what the queue holds. Returns what became of it. */
  async sendQueued(queued: QueuedMail, jobId: number): Promise<string> {
    const { html, ...rest } = JSON.parse(this.#site.keys.decrypt(SEALED, queued.sealed, PLACE)) as Sealed;
    const message = {
      ...rest,
      to: queued.to,
      template: queued.template,
      ...(html ? { html: new SafeHtml(html) } : {}),
    };
    return this.sendNow(message, `${this.#site.id}.job.${jobId}`);
  }

  /**
   * Sends a mail at once.
   * @returns what became of it, in words
   * @throws GALLEY_MAIL_UNAVAILABLE | GALLEY_MAIL_REFUSED | GALLEY_INPUT_INVALID
   */
  async sendNow(message: MailMessage, id: string = randomUUID()): Promise<string> {
    if (message.expiresAt !== undefined && message.expiresAt <= Date.now()) return 'It came too late to be of use.';
    const template = message.template ? this.templates.need(message.template) : undefined;
    const recipient = await findRecipient(this.#site, checkTarget(message.to), {
      choice: template?.choice,
      language: message.language,
    });
    if (!recipient) return 'The person cannot be reached by mail, or does without such mails.';
    const { subject, text, html } = await this.#write(message, recipient);
    return this.#deliver({
      subject,
      text,
      html,
      id,
      from: await this.#from(),
      to: recipient,
      language: recipient.language,
    });
  }

  /** A mail as it would come, with the examples of its places. */
  preview(name: string, words: MailWords, language: string): Promise<Pick<Letter, 'subject' | 'text' | 'html'>> {
    const places = Object.entries(placesOf(this.templates.need(name)));
    const data = Object.fromEntries(places.map(([place, { example }]) => [place, example]));
    return this.#write({ template: name, data }, { name: data['name'] ?? '', language }, words);
  }

  /** Sends such a preview at once. @throws GALLEY_MAIL_UNAVAILABLE | GALLEY_MAIL_REFUSED */
  async sendTest(name: string, words: MailWords, { language, ...to }: Recipient): Promise<string> {
    const { subject, text, html } = await this.preview(name, words, language);
    return this.#deliver({ subject, text, html, id: randomUUID(), from: await this.#from(), to, language });
  }

  async #write(
    message: Omit<MailMessage, 'to' | 'language' | 'expiresAt'>,
    { name, language }: Pick<Recipient, 'name' | 'language'>,
    words?: MailWords,
  ): Promise<Pick<Letter, 'subject' | 'text' | 'html'>> {
    const site = await this.#site.options.get<string>('title');
    const messages = (await this.#site.admin.views.texts()).for(language);
    const values = { site: plainLine(site), name, home: '', profile: '', ...message.data };
    const template = message.template ? this.templates.need(message.template) : undefined;
    const chosen = words ?? (message.template && (await this.#words(message.template, messages, language)));
    const places = template ? placesOf(template) : {};
    const links = Object.fromEntries(
      Object.keys(places)
        .filter((place) => places[place]?.isLink)
        .map((place) => [place, this.addressOf(message.data?.[place] ?? '/')]),
    );
    const foot = ['site', ...(template?.choice ? (['choice'] as const) : [])] as const;
    const footLinks = { home: this.addressOf('/'), profile: this.addressOf('/admin/profile/mail') };
    const footText = foot.map((name) => messages.choose(FOOT_TEXTS[name])).join('\n\n');
    const parts = {
      subject: chosen ? fillSubject(chosen.subject, values) : headField(message.subject ?? '', 'subject', SUBJECT_MAX),
      body: chosen ? fillText(chosen.text, values, links) : [{ kind: 'value' as const, text: message.text ?? '' }],
      foot: fillText(footText, values, footLinks),
      language,
    };
    return writeLetter({ ...parts, html: message.html });
  }

  /** The words of a mail as plugins have changed them, where they may. */
  async #words(name: string, messages: Messages, language: string): Promise<MailWords> {
    const [template, own] = [this.templates.need(name), await this.templates.wordsOf(name, messages, language)];
    if (!template.choice || name === PLUGIN_TEMPLATE) return own;
    const changed = await this.#site.hooks.applyFilters('mail:writing', own, { template: name, language });
    try {
      return checkWords(template, changed);
    } catch (error) {
      this.#site.log.error({ template: name, error }, 'What a plugin made of the words of a mail was left out');
      return own;
    }
  }

  /** The whole address of a path of this site: by the settings, never by what a request says. */
  addressOf(path: string): string {
    const { url, host, port } = this.#site.config.http;
    if (!/^\/(?!\/)/.test(path) || /[\s\\\p{Cc}]/u.test(path))
      throw new GalleyError('GALLEY_INPUT_INVALID', `A link of a mail is a path of this site, not "${path}".`);
    return `${url.replace(/\/$/, '') || `http://${/^(0\.0\.0\.0|::)$/.test(host) ? 'localhost' : host}:${port}`}${path}`;
  }

  async #from(): Promise<MailAddress> {
    const { from } = this.#site.config.mail;
    const own =
      from === '' ? { name: '', address: `no-reply@${new URL(this.addressOf('/')).hostname}` } : parseAddress(from);
    return { ...own, name: own.name || plainLine(await this.#site.options.get<string>('title')) };
  }

  async #deliver(letter: Letter): Promise<string> {
    const taken = await this.#site.hooks.first('mail:sending', letter);
    if (taken) return taken.id;
    const { url, folder } = this.#site.config.mail;
    if (url !== '') return sendBySmtp(this.#site, letter);
    if (folder !== '') return catchLetter(this.#site, letter);
    throw new GalleyError('GALLEY_MAIL_UNAVAILABLE', 'There is no mail server. Set SMTP_URL.');
  }
}

function checkOwnWords({ subject = '', text = '' }: MailMessage): void {
  headField(subject, 'subject', SUBJECT_MAX);
  if (subject.trim() === '' || text.trim() === '' || text.length > TEXT_MAX)
    throw new GalleyError('GALLEY_INPUT_INVALID', `A mail has a subject and a text of at most ${TEXT_MAX} characters.`);
}
