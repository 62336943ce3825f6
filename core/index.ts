// The public API: all that a plugin may import. Each layer adds its part here.
export * from './admin/api.ts';
export { pickFields } from './contained/fields.ts';
export type { HookAdapter } from './contained/hook-adapters.ts';
export { PANEL_PARTS, type PanelBlock, readBlocks as readPanel } from './contained/panel-blocks.ts';
export * from './content/blocks/api.ts';
export type {
  BlockContext,
  BlockDefinition,
  BlockInstance,
  RenderContext as BlockRenderContext,
} from './content/blocks/definition.ts';
export { sanitizeComment, sanitizeInline } from './content/blocks/sanitize.ts';
export { type DateFormat, formatDate } from './content/date-format.ts';
export type { EntryDraft, SaveOptions } from './content/draft.ts';
export type { Entries } from './content/entries.ts';
export { END_STATUSES, type EndStatus, type Entry, type EntryStatus, STATUSES } from './content/entry.ts';
export type { ChildDraft } from './content/entry-links.ts';
export type { Farewell, RemovedEntry, RemovedQuery } from './content/farewells.ts';
export { isShown } from './content/field-conditions.ts';
export { indexedValue } from './content/field-index.ts';
export {
  FIELD_KINDS,
  type FieldDefinition,
  type FieldKind,
  type FieldLayout,
  type FieldSection,
  type Fields,
  type ShowCondition,
} from './content/field-types.ts';
export { compileFields, type FieldMistake, fieldsFor } from './content/fields.ts';
export { type HistoryKind, type HistoryPart, isSameValue, type PastState, type Snapshot } from './content/histories.ts';
export { keptEntries, keptPage } from './content/kept-entries.ts';
export { renderMarkdown } from './content/markdown.ts';
export type { NumberedPage } from './content/paging.ts';
export type { PatternDefinition } from './content/patterns.ts';
export { checkStructure, compileStructure } from './content/permalink-structure.ts';
export { loadPermalinks, type Match, type Permalinks } from './content/permalinks.ts';
export {
  type Image,
  initialsOf,
  type PresentedAuthor,
  type PresentedDate,
  type PresentedEntry,
  type PresentOptions,
  plainText,
} from './content/presenter.ts';
export type { EntryPage, EntryQuery } from './content/query.ts';
export type { FieldCondition } from './content/query-field.ts';
export type { Cursor, EntryOrder } from './content/query-order.ts';
export type { EntryEvent } from './content/repository.ts';
export type { RevisionPart } from './content/revision-restore.ts';
export type { Revision, RevisionState, RevisionTerm } from './content/revisions.ts';
export { sumOf, type Tally } from './content/tallies.ts';
export type { TaxonomyDefinition } from './content/taxonomies.ts';
export { checkTermBase, termBases } from './content/term-bases.ts';
export type { CountedTerm, Term, TermDraft, TermQuery } from './content/terms.ts';
export { dateRange, monthNumber, zonedParts, zonedTime } from './content/time-zone.ts';
export type { RestoredThing, TrashedThing, TrashKind } from './content/trash.ts';
export type { ContentType, TypeDefinition, TypeSupport } from './content/types.ts';
export type { Context } from './http/context.ts';
export { eventStream, type ServerEvent } from './http/events.ts';
export { contentDisposition, type FileSource, type SendFileOptions, sendFile } from './http/file.ts';
export type { FormValues } from './http/form-values.ts';
export * from './http/reply.ts';
export type {
  Before,
  Handler,
  ResourceController,
  ResourceOptions,
  Route,
  RouteNames,
  RouteOptions,
} from './http/routes.ts';
export type { Upload } from './http/uploads.ts';
export { webSocket } from './http/web-sockets.ts';
export { actorOf } from './identity/acting.ts';
export { type CapabilityDefinition, type EntryAction, mayDo, typeCapabilities } from './identity/capabilities.ts';
export type { LoginAttempt, LoginOutcome, RoleChanged, UserRemoval, UserSaved } from './identity/identity-hooks.ts';
export type { LoggedIn, LoginFacts } from './identity/login.ts';
export type { NewToken, OneTimeToken, TokenRequest } from './identity/one-time-tokens.ts';
export type { PasswordReset } from './identity/password-resets.ts';
export { ADMINISTRATOR, type Role, type RoleDefinition } from './identity/roles.ts';
export type { Session } from './identity/session-store.ts';
export type { ActiveSession, NewSession, RequestFacts } from './identity/sessions.ts';
export { type FirstAdministrator, SETUP_PATH, type SetupLink, type SetupOutcome } from './identity/setup.ts';
export type { Authenticated, Strategy } from './identity/strategies.ts';
export type { User, UserStatus } from './identity/user.ts';
export type { UserDraft } from './identity/user-input.ts';
export type { UserQuery } from './identity/user-store.ts';
export type { NewUser, PasswordChange } from './identity/users.ts';
export { ANONYMOUS, isLoggedIn, SYSTEM, type Viewer } from './identity/viewer.ts';
export type { Breaker } from './kernel/hook-breakers.ts';
export * from './kernel/hook-types.ts';
export { definePlugin, type Plugin, type PluginInfo } from './kernel/plugins.ts';
export { type Registration, Registry } from './kernel/registry.ts';
export * from './kernel/service-registry.ts';
export * from './kernel/site.ts';
export { csvLine } from './lib/csv.ts';
export { ERRORS, type ErrorCode, GalleyError, isGalleyError, messageOf } from './lib/errors.ts';
export * from './lib/escape.ts';
export type { Messages } from './lib/i18n.ts';
export { chooseLanguage, directionOf } from './lib/languages.ts';
export { foldKey, slugify } from './lib/slug.ts';
export type { CommandContext, CommandDefinition, CommandOutput, TableOptions } from './services/commands.ts';
export { readSettings } from './services/config.ts';
export type { Config, SettingInfo } from './services/config-types.ts';
export type { CronJob } from './services/cron.ts';
export type { Flag, FlagDefinition } from './services/flags.ts';
export { type FullTextTerm, foldText, fullTextTokens, parseFullTextQuery } from './services/full-text.ts';
export type {
  JobDefinition,
  JobInfo,
  JobOptions,
  JobProgress,
  JobRequest,
  JobRun,
  JobState,
} from './services/jobs.ts';
export type { Log } from './services/log.ts';
export { MigrationContext } from './services/migration-context.ts';
export type { ModelAdmin, ModelDefinition, ModelField } from './services/model-types.ts';
export { belongsTo, hasMany, hasOne, manyToMany } from './services/models.ts';
export type { OptionChange, OptionDefinition } from './services/options.ts';
export { autoUpdated, setAutoUpdate } from './services/packages/auto-updates.ts';
export type { ChangeOutcome } from './services/packages/plugin-changes.ts';
export type { LockedPlugin } from './services/packages/plugin-lock.ts';
export type { PlannedPlugin } from './services/packages/plugin-plan.ts';
export { type PluginReason, reasonsOf } from './services/packages/plugin-reasons.ts';
export { findUpdate } from './services/packages/plugin-updates.ts';
export type { RegistryLine } from './services/packages/registry-format.ts';
export { heedRevocations } from './services/packages/revocation-acts.ts';
export { knownObjections, type PluginObjection } from './services/packages/revocations.ts';
export { isLocal, type PluginSource, parseSource, sourceText } from './services/packages/source.ts';
export { differenceOf } from './services/packages/verify.ts';
export type { BisectStep } from './services/plugin-bisect.ts';
export { removalOrder } from './services/plugin-removal-order.ts';
export { changeRights, revokedRights } from './services/plugin-rights.ts';
export type { ServiceKey, ServiceKeyDefinition } from './services/service-keys.ts';
export { LocalStorage } from './services/storage.ts';
export type { WrittenThing } from './services/written.ts';
export { baseView, type PageFacts } from './theme/base-view.ts';
export type { Helper, HelperCall, HelperOptions, ViewQuery } from './theme/helper-types.ts';
export * from './theme/hierarchy.ts';
export { translateBlocks } from './theme/pattern-texts.ts';
export type { TemplateFolder } from './theme/template-files.ts';
export type { TemplateProblem } from './theme/template-problem.ts';
export type { RenderContext as ViewContext, ViewAnswer, ViewNeeds } from './theme/theme-hooks.ts';
export type { MenuItem, PartialView, PresentedComment, View, ViewComments, ViewPagination } from './theme/view.ts';
