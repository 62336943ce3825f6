import { type Messages, Registry, type Site } from 'galley';
import { checkWords, type MailTemplate, type MailWords, SUBJECT_MAX, TEXT_MAX } from './template.ts';

const OPTION = 'mail_texts';

/** What administrators wrote instead of the words of a mail: by its name, then by language. */
type OwnWords = Readonly<Record<string, Readonly<Record<string, MailWords>>>>;

/** The mails whose words can be changed, and the words as they are now. */
export class MailTemplates extends Registry<MailTemplate> {
  readonly #site: Site;

  constructor(site: Site) {
    super('mail', site.owner);
    this.#site = site;
    const words = {
      type: 'object',
      additionalProperties: false,
      required: ['subject', 'text'],
      properties: {
        subject: { type: 'string', minLength: 1, maxLength: SUBJECT_MAX },
        text: { type: 'string', minLength: 1, maxLength: TEXT_MAX },
      },
    };
    const byLanguage = { type: 'object', maxProperties: 100, additionalProperties: words };
    site.options.define(OPTION, {
      label: 'Words of mails',
      default: {},
      autoload: false,
      schema: { type: 'object', maxProperties: 500, additionalProperties: byLanguage },
    });
  }

  /** The words that a mail has by itself, in a language. */
  ownOf(name: string, messages: Messages): MailWords {
    const { subject, text } = this.need(name);
    return { subject: messages.choose(subject), text: messages.choose(text) };
  }

  /** The words that an administrator wrote; undefined where he wrote none. */
  async changedOf(name: string, language: string): Promise<MailWords | undefined> {
    const all = await this.#site.options.get<OwnWords>(OPTION);
    const ofMail = Object.hasOwn(all, name) ? all[name] : undefined;
    return ofMail && Object.hasOwn(ofMail, language) ? ofMail[language] : undefined;
  }

  /** The languages in which an administrator wrote the words of a mail. */
  async languagesOf(name: string): Promise<string[]> {
    const all = await this.#site.options.get<OwnWords>(OPTION);
    return Object.hasOwn(all, name) ? Object.keys(all[name] ?? {}).sort() : [];
  }

  /** The words of a mail as they go out. */
  async wordsOf(name: string, messages: Messages, language: string): Promise<MailWords> {
    return (await this.changedOf(name, language)) ?? this.ownOf(name, messages);
  }

  /** Changes the words of a mail in a language. @throws GALLEY_INPUT_INVALID with `details` */
  async change(name: string, language: string, words: MailWords): Promise<void> {
    const checked = checkWords(this.need(name), words);
    await this.#site.options.update<OwnWords>(OPTION, (all) => ({
      ...all,
      [name]: { ...all[name], [language]: checked },
    }));
  }

  /** Brings the words of a mail back to what they were at first. */
  async reset(name: string, language: string): Promise<void> {
    await this.#site.options.update<OwnWords>(OPTION, (all) => {
      const { [language]: _gone, ...left } = all[name] ?? {};
      const { [name]: _mail, ...others } = all;
      return Object.keys(left).length > 0 ? { ...others, [name]: left } : others;
    });
  }
}
