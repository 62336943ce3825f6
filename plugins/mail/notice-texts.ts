import type { Mail, MailChoice } from './mail.ts';
import type { MailTemplate } from './template.ts';

const BY = { label: 'The name of whoever did it', example: 'Grace Hopper' };
const TITLE = { label: 'The title of the entry', example: 'On engines' };
const LINK = { label: 'The link', example: '/admin', isLink: true } as const;

/** The kinds of mail that people may do without. */
const CHOICE_TEXTS = {
  moderation: { label: 'Comments wait for approval', capability: 'moderate_comments' },
  comments: { label: 'Somebody comments on what I wrote', capability: 'edit_posts' },
  notes: { label: 'Somebody mentions me in a note', capability: 'edit_posts' },
  review: { label: 'Something waits for my review, or what I wrote was reviewed', capability: 'edit_posts' },
  plugins: { label: 'A plugin writes to me' },
} satisfies Record<string, MailChoice>;

/** What people are told of what happens on the site. */
const NOTICE_TEXTS = {
  moderation: {
    title: 'Comments wait for approval',
    intro: 'Goes to those who may approve comments; several within a while come in one mail.',
    subject: 'Comments wait for approval at {site}',
    text: 'Hello {name},\n\nthese comments wait for approval; {count} wait in all:\n\n{list}\n\n{link}',
    choice: 'moderation',
    places: {
      list: { label: 'Who wrote, and how it begins', example: '– Ada Lovelace: A fine piece.' },
      count: { label: 'How many there are', example: '3' },
      link: { ...LINK, example: '/admin/comments' },
    },
  },
  comments: {
    title: 'Comments on an entry',
    intro: 'Goes to the author of the entry; several within a while come in one mail.',
    subject: 'New comments on “{title}”',
    text: 'Hello {name},\n\nthis was written about “{title}”:\n\n{list}\n\n{link}',
    choice: 'comments',
    places: {
      title: TITLE,
      list: { label: 'Who wrote, and how it begins', example: '– Ada Lovelace: A fine piece.' },
      link: { ...LINK, example: '/' },
    },
  },
  mention: {
    title: 'Mentioned in a note',
    intro: 'Goes to whoever is named with an @ in a note on an entry.',
    subject: '{by} mentions you in a note on “{title}”',
    text: 'Hello {name},\n\n{by} mentions you in a note on “{title}”:\n\n{note}\n\n{link}',
    choice: 'notes',
    places: {
      by: BY,
      title: TITLE,
      note: { label: 'The note', example: 'Could you look at the second half?' },
      link: LINK,
    },
  },
  review: {
    title: 'An entry waits for review',
    intro: 'Goes to those who may publish it.',
    subject: '“{title}” waits for review',
    text: 'Hello {name},\n\n{by} has sent “{title}” to be reviewed.\n\n{link}',
    choice: 'review',
    places: { by: BY, title: TITLE, link: LINK },
  },
  published: {
    title: 'An entry was approved',
    intro: 'Goes to its author when somebody else publishes what waited for review.',
    subject: '“{title}” is published',
    text: 'Hello {name},\n\n{by} has published “{title}”.\n\n{link}',
    choice: 'review',
    places: { by: BY, title: TITLE, link: LINK },
  },
  moved: {
    title: 'An entry was moved to another stage',
    intro: 'Goes to its author when somebody else moves it on or sends it back.',
    subject: '“{title}” is at “{stage}” now',
    text: 'Hello {name},\n\n{by} has moved “{title}” to “{stage}”.\n\n{note}\n\n{link}',
    choice: 'review',
    places: {
      by: BY,
      title: TITLE,
      stage: { label: 'The name of the stage', example: 'In review' },
      note: { label: 'What was said with it', example: 'Please shorten the beginning.' },
      link: LINK,
    },
  },
  'plugin-off': {
    title: 'A plugin was switched off',
    intro: 'Goes to administrators when the site switches a plugin off, because it failed or does harm.',
    subject: 'The plugin {plugin} was switched off at {site}',
    text: 'Hello {name},\n\nthe site switched the plugin {plugin} off:\n\n{reason}\n\nThe site goes on without it. Look at it here:\n\n{link}',
    places: {
      plugin: { label: 'The name of the plugin', example: 'weather' },
      reason: { label: 'Why it was switched off', example: 'It took too long.' },
      link: { ...LINK, example: '/admin/plugins' },
    },
  },
  'plugin-revoked': {
    title: 'A plugin was revoked',
    intro: 'Goes to administrators when the registry says that an installed plugin is not to be run any more.',
    subject: 'The plugin {plugin} was revoked at {site}',
    text: 'Hello {name},\n\nof the plugin {plugin} its registry says:\n\n{reason}\n\nThe site has changed nothing about it. Update it or switch it off here:\n\n{link}',
    places: {
      plugin: { label: 'The name of the plugin', example: 'weather' },
      reason: { label: 'Why it is not to be run', example: 'It loses what was entered.' },
      link: { ...LINK, example: '/admin/plugins' },
    },
  },
  'from-plugin': {
    title: 'A mail of a plugin',
    intro: 'Goes to a person to whom a contained plugin writes.',
    subject: '{subject}',
    text: '{text}\n\nThe plugin “{plugin}” of {site} has sent this.',
    choice: 'plugins',
    places: {
      subject: { label: 'The subject that the plugin gives', example: 'The weather of tomorrow' },
      text: { label: 'The text that the plugin gives', example: 'It will be dry.' },
      plugin: { label: 'The name of the plugin', example: 'Weather' },
    },
  },
} satisfies Record<string, MailTemplate>;

/** Defines the mails that tell people of what happens, and the choice which of them they get. */
export function defineNotices({ templates, choices }: Mail): void {
  for (const [name, choice] of Object.entries(CHOICE_TEXTS)) choices.define(name, choice);
  for (const [name, template] of Object.entries(NOTICE_TEXTS)) templates.define(name, template);
}
