import type {
  ActionHook,
  CollectHook,
  ContentType,
  Entry,
  EntryDraft,
  FilterHook,
  FirstHook,
  FormValues,
  Notice,
  Reply,
  SafeHtml,
  ScreenContext,
  Site,
} from 'galley';
import type { Box } from './entry-boxes.ts';

/** A part of the form that another plugin brings: its HTML, from `page.fragment`. */
export interface EntryPanel {
  id: string;
  title: string;
  /** Name of a Bootstrap icon. */
  icon?: string;
  html: SafeHtml;
  /** Lower ones stand first; 10 unless given. */
  order?: number;
}

/** A button of the save bar: it sends the form with `press=<press>`. */
export interface EntryButton {
  label: string;
  press: string;
  isPrimary: boolean;
}

/** The form of an entry before it is shown: listeners of `entry-form:building` change it and give it back. */
export interface EntryForm {
  /** The boxes below the text and beside it, made of controls. */
  mainBoxes: Box[];
  sideBoxes: Box[];
  /** Parts of other plugins: above the text, tabs beside it, and the line at the foot. */
  abovePanels: EntryPanel[];
  sidePanels: EntryPanel[];
  footPanels: EntryPanel[];
  buttons: EntryButton[];
  /** Links at the foot of the side: earlier versions and the like. */
  links: { label: string; url: string; icon?: string }[];
  /** Addresses from `site.assets.url`. */
  stylesheets: string[];
  scripts: string[];
  /** What scripts find with `data(name)` of `galley/client`. */
  data: Record<string, unknown>;
  notices: Notice[];
  /** Whether a panel shows pages of this site in a frame. */
  hasFrames?: boolean;
}

/** What `entry-form:building` is about. */
export interface EntryFormContext {
  page: ScreenContext;
  type: ContentType;
  /** Undefined for a new one. */
  entry: Entry | undefined;
  /** The text as it stands in the form. */
  content: string;
  /** The version that a save will be based on; 0 for a new one. */
  version: number;
  /** As a form posts them: what was typed or kept elsewhere and is not saved, where the form shows that. */
  typed?: FormValues;
}

/** What was sent with the form. */
export interface EntrySendContext {
  page: ScreenContext;
  type: ContentType;
  entry: Entry | undefined;
  /** The button: `save`, `draft`, `pending`, `publish`, or one that a plugin added. */
  press: string;
}

/** What the form shows instead of what is stored: text that was kept elsewhere. */
export interface EntryFormContent {
  /** As a form posts them. Fields of the form that are absent keep what is stored. */
  values: FormValues;
  /** The version that the text is based on; a save on an older one than the stored is compared first. */
  version: number;
}

/** What was saved through the form. */
export interface EntryFormSaved extends EntrySendContext {
  saved: Entry;
}

/** Entries that are about to be taken from visitors: into the trash, to a draft, or for good. */
export interface EntriesLeaving {
  page: ScreenContext;
  type: ContentType;
  ids: readonly number[];
}

/** What others lose with them. */
export interface EntryLoss {
  /** A sentence in the reader's language. */
  text: string;
  /** What loses something, by name; the first of them where there are many. */
  things: readonly string[];
}

declare module 'galley' {
  interface Hooks {
    'entries:leaving': CollectHook<EntriesLeaving, EntryLoss>;
    'entry-form:opening': FilterHook<
      EntryFormContent | undefined,
      [context: { page: ScreenContext; type: ContentType; entry: Entry | undefined }]
    >;
    'entry-form:saved': ActionHook<[event: EntryFormSaved]>;
    'entry-form:building': FilterHook<EntryForm, [context: EntryFormContext]>;
    'entry-form:sent': FilterHook<EntryDraft, [context: EntrySendContext]>;
    'entry-form:told': FilterHook<Notice, [context: EntryFormSaved]>;
    'entry-form:taking': FirstHook<EntrySendContext & { draft: EntryDraft }, Reply>;
  }
}

/** Defines the hooks of the form of entries. */
export function defineHooks(site: Site): void {
  site.hooks.define('entries:leaving', {
    kind: 'collect',
    summary:
      'Somebody is about to take entries from visitors on a screen of the admin (trash, draft, for good): say what else loses something, and it is asked first. Answer nothing where nothing does.',
    args: { input: 'page, type, and the ids of the entries' },
  });
  site.hooks.define('entry-form:building', {
    kind: 'filter',
    onError: 'skip',
    summary:
      'The form of an entry is about to be shown: add panels, boxes, buttons, scripts and data, or change what is there.',
    args: { form: 'the parts of the form', context: 'page, type, entry, text and version' },
  });
  site.hooks.define('entry-form:opening', {
    kind: 'filter',
    onError: 'skip',
    summary:
      'The form of an entry is opened, perhaps with `?restore=` in its address: give the values that it shall show instead of the stored ones.',
    args: { content: 'values and version, or undefined for what is stored', context: 'page, type and entry' },
  });
  site.hooks.define('entry-form:saved', {
    kind: 'action',
    summary: 'What was sent with the form of an entry is saved: forget what you kept of it.',
    args: { event: 'the saved entry, what it was before, page, type, and which button it was' },
  });
  site.hooks.define('entry-form:sent', {
    kind: 'filter',
    summary:
      'The form of an entry was sent and is about to be saved: take over the fields that your panel added, or throw a GalleyError to refuse.',
    args: { draft: 'what will be saved', context: 'page with the posted values, type, entry, and which button it was' },
  });
  site.hooks.define('entry-form:told', {
    kind: 'filter',
    onError: 'skip',
    summary:
      'What was sent with the form of an entry is saved, and its author is about to be told: say it in your words.',
    args: {
      notice: 'the notice as it stands',
      context: 'the saved entry, what it was before, page, type, and which button it was',
    },
  });
  site.hooks.define('entry-form:taking', {
    kind: 'first',
    summary:
      'The form of an entry was sent with a button of a plugin: whoever answers has done with it what the button says, and the entry itself is not saved.',
    args: { input: 'what was typed as a draft, page, type, entry, and which button it was' },
  });
}
