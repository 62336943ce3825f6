import type { Viewer } from './viewer.ts';

/** A capability: what it lets one do, in words, and the roles that hold it unless the administrator says otherwise. */
export interface CapabilityDefinition {
  label: string;
  /** Names of roles. The administrator holds every registered capability and need not be listed. */
  roles: readonly string[];
}

/** Roles by trust, as in WordPress; each list below starts at the least trusted that holds the capability. */
const EDITOR = ['editor'] as const;
const AUTHOR = ['author', 'editor'] as const;
const CONTRIBUTOR = ['contributor', 'author', 'editor'] as const;
const EVERYBODY = ['subscriber', 'contributor', 'author', 'editor'] as const;
const NOBODY = [] as const;

const SITE_CAPABILITIES: Record<string, CapabilityDefinition> = {
  read: { label: 'Use the admin and the own profile', roles: EVERYBODY },
  upload_files: { label: 'Upload files', roles: AUTHOR },
  manage_categories: { label: 'Manage categories and tags', roles: EDITOR },
  manage_links: { label: 'Manage links', roles: EDITOR },
  moderate_comments: { label: 'Moderate comments', roles: EDITOR },
  unfiltered_html: { label: 'Store HTML that is not sanitised', roles: NOBODY },
  edit_dashboard: { label: 'Arrange the dashboard', roles: NOBODY },
  manage_options: { label: 'Change settings', roles: NOBODY },
  list_users: { label: 'See the list of users', roles: NOBODY },
  create_users: { label: 'Create users', roles: NOBODY },
  edit_users: { label: 'Edit other users', roles: NOBODY },
  delete_users: { label: 'Delete users', roles: NOBODY },
  remove_users: { label: 'Remove users from the site', roles: NOBODY },
  promote_users: { label: 'Give and take roles', roles: NOBODY },
  install_plugins: { label: 'Install plugins', roles: NOBODY },
  activate_plugins: { label: 'Activate and deactivate plugins', roles: NOBODY },
  update_plugins: { label: 'Update plugins', roles: NOBODY },
  delete_plugins: { label: 'Delete plugins', roles: NOBODY },
  install_themes: { label: 'Install themes', roles: NOBODY },
  switch_themes: { label: 'Switch the theme', roles: NOBODY },
  edit_theme_options: { label: 'Change menus, widgets and theme options', roles: NOBODY },
  update_themes: { label: 'Update themes', roles: NOBODY },
  delete_themes: { label: 'Delete themes', roles: NOBODY },
  update_core: { label: 'Update Galley', roles: NOBODY },
  install_languages: { label: 'Install translations', roles: NOBODY },
  import: { label: 'Import content', roles: NOBODY },
  export: { label: 'Export content', roles: NOBODY },
};

/** Who holds the ten capabilities of a type: `post` as authors need them, `page` for editors only. */
interface TypeRoles {
  write: readonly string[];
  publish: readonly string[];
  others: readonly string[];
}

const POST_ROLES: TypeRoles = { write: CONTRIBUTOR, publish: AUTHOR, others: EDITOR };
const PAGE_ROLES: TypeRoles = { write: EDITOR, publish: EDITOR, others: EDITOR };

/**
 * The ten capabilities that come with a type's `capability`, to be defined in `site.capabilities` by who defines the
 * type. Types that share a `capability` (as attachments do with posts) share them.
 *
 * @param capability the singular, such as `post`
 * @param like whether authors write entries of the type themselves (`post`) or only editors do (`page`)
 * @example typeCapabilities('product').map(([name]) => name) // edit_products, edit_others_products, …
 */
export function typeCapabilities(capability: string, like: 'post' | 'page' = 'post'): [string, CapabilityDefinition][] {
  const roles = like === 'page' ? PAGE_ROLES : POST_ROLES;
  const plural = `${capability}s`;
  const words = plural.replaceAll('_', ' ');
  return [
    [`edit_${plural}`, { label: `Write ${words}`, roles: roles.write }],
    [`edit_published_${plural}`, { label: `Edit own published ${words}`, roles: roles.publish }],
    [`edit_others_${plural}`, { label: `Edit others’ ${words}`, roles: roles.others }],
    [`edit_private_${plural}`, { label: `Edit others’ private ${words}`, roles: roles.others }],
    [`publish_${plural}`, { label: `Publish ${words}`, roles: roles.publish }],
    [`read_private_${plural}`, { label: `Read others’ private ${words}`, roles: roles.others }],
    [`delete_${plural}`, { label: `Delete own ${words}`, roles: roles.write }],
    [`delete_published_${plural}`, { label: `Delete own published ${words}`, roles: roles.publish }],
    [`delete_others_${plural}`, { label: `Delete others’ ${words}`, roles: roles.others }],
    [`delete_private_${plural}`, { label: `Delete others’ private ${words}`, roles: roles.others }],
  ];
}

/** All capabilities of the kernel, with WordPress's names. */
export function coreCapabilities(): [string, CapabilityDefinition][] {
  return [...Object.entries(SITE_CAPABILITIES), ...typeCapabilities('post'), ...typeCapabilities('page', 'page')];
}

/** What can be asked about one entry. */
export type EntryAction = 'read' | 'edit' | 'delete' | 'publish';

/** What of an entry decides who may do what with it. */
export interface EntryFacts {
  authorId: number | null;
  status: string;
  /** The type's `capability`, such as `post`. */
  capability: string;
  /** The status that an entry in the trash had before. */
  formerStatus?: string;
}

const PUBLISHED = new Set(['publish', 'future']);

function changeCapabilities(verb: 'edit' | 'delete', entry: EntryFacts, viewerId: number | null): string[] {
  const plural = `${entry.capability}s`;
  const status = entry.status === 'trash' ? (entry.formerStatus ?? 'draft') : entry.status;
  const needed = [`${verb}_${plural}`];
  const own = viewerId !== null && entry.authorId === viewerId;
  if (!own) needed.push(`${verb}_others_${plural}`);
  if (PUBLISHED.has(status)) needed.push(`${verb}_published_${plural}`);
  if (!own && status === 'private') needed.push(`${verb}_private_${plural}`);
  return needed;
}

/**
 * The primitive capabilities that an action on one entry needs, by WordPress's rules (`map_meta_cap`): one's own or
 * somebody else's, published, private or neither. An empty list means that everybody may.
 */
export function neededCapabilities(action: EntryAction, entry: EntryFacts, viewerId: number | null): string[] {
  if (action === 'publish') return [`publish_${entry.capability}s`];
  if (action !== 'read') return changeCapabilities(action, entry, viewerId);
  if (entry.status === 'publish') return [];
  if (entry.status !== 'private') return changeCapabilities('edit', entry, viewerId);
  return viewerId !== null && entry.authorId === viewerId ? ['read'] : [`read_private_${entry.capability}s`];
}

/**
 * Whether the viewer may do `action` with one entry.
 *
 * @example mayDo(viewer, 'edit', { authorId: entry.authorId, status: entry.status, capability: type.capability })
 */
export function mayDo(viewer: Viewer, action: EntryAction, entry: EntryFacts): boolean {
  return neededCapabilities(action, entry, viewer.id).every((capability) => viewer.can(capability));
}
