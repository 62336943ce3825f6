// The part of the public API that screens are made of.
export { decodeCursor, encodeCursor, pageBothWays, type TwoWayPage, withParameters } from './addresses.ts';
export type { Admin } from './admin.ts';
export {
  type ComparedBlock,
  compareBlocks,
  joinParts,
  nameOfPart,
  restoreBlock,
  splitBlocks,
  wordsOf,
} from './block-diff.ts';
export { type MergeConflict, type MergePart, mergeBlocks } from './block-merge.ts';
export { chartView } from './chart-view.ts';
export type { AdminCommand } from './commands.ts';
export { type ComparedGroup, type Comparison, compareTexts, compareWords, partTitle } from './compare-view.ts';
export type { FieldOption, FieldOptionsAsk } from './field-routes.ts';
export { childFields } from './form-children.ts';
export { type Control, type ControlOption, localTime, makeControl } from './form-controls.ts';
export { readFields, readLocalTime } from './form-read.ts';
export { errorsOf, type FormErrors, mistakesOf } from './form-words.ts';
export { type FormState, makeControls, readAsk, summarize } from './forms.ts';
export { historyLink, trashUndo } from './history-links.ts';
export type { AdminInput, BarLink, ReaderInput } from './input.ts';
export { JOB_WORDS, type JobProgressView, jobProgress } from './job-view.ts';
export { languageChoices, readerMessages } from './language.ts';
export { actOnSelected, type SelectedActs, selectedIds } from './list-acts.ts';
export { exportList, exportTools, type ListExport } from './list-export.ts';
export type {
  FilterOption,
  ListAction,
  ListActionResult,
  ListColumn,
  ListExtension,
  ListFilter,
  Lists,
} from './lists.ts';
export { bulkOption } from './lists.ts';
export { type AdminMenuItem, adminUrl } from './menu.ts';
export { titleFieldOf } from './model-options.ts';
export type { Notice } from './notices.ts';
export {
  LAYOUTS,
  type Layout,
  MODES,
  type Mode,
  type Preferences,
  readPreferences,
  savePreferences,
} from './preferences.ts';
export type { ScreenContext, ScreenView } from './screen-context.ts';
export type { Screen, ScreenKey } from './screens.ts';
export { logInBy } from './session-cookies.ts';
export type { SettingsPage } from './settings.ts';
export { recordSettings } from './settings-history.ts';
export { settingsTabs } from './settings-screen.ts';
export {
  type AskedText,
  type BulkOption,
  type Cell,
  type Row,
  type RowAction,
  type Table,
  type TableView,
  tableView,
} from './tables.ts';
export { type DiffLine, diffLines, diffWords } from './text-diff.ts';
export type { DashboardWidget, WidgetChart } from './widgets.ts';
