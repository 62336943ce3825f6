import { foldKey } from '../lib/slug.ts';
import type { UserDraft } from './user-input.ts';

/** Whether somebody may log in. */
export type UserStatus = 'active' | 'disabled';

/** A user as the rest of Galley sees him. Never holds the password or its hash. */
export interface User {
  id: number;
  login: string;
  /** Empty for an author who came with an import and has none. */
  email: string;
  /** Display name. */
  name: string;
  /** The public name in addresses; tells nothing about the login. */
  slug: string;
  bio: string;
  url: string;
  status: UserStatus;
  /** Names of roles. */
  roles: string[];
  createdAt: number;
  lastLoginAt: number | null;
  /** Whether the password was given by somebody else and has to be changed. */
  mustChangePassword: boolean;
  /** Counts the changes; an update says which one it was based on. */
  version: number;
}

/** A row of the table `users`. */
export interface UserRow {
  id: number;
  login: string;
  login_key: string;
  email: string | null;
  email_key: string | null;
  name: string;
  slug: string;
  bio: string;
  url: string;
  password_hash: string | null;
  password_expires_at: number | null;
  status: string;
  created_at: number;
  last_login_at: number | null;
  must_change_password: boolean | number;
  version: number;
}

/** A user from the row of the table and his roles. */
export function decodeUser(row: UserRow, roles: readonly string[]): User {
  return {
    id: row.id,
    login: row.login,
    email: row.email ?? '',
    name: row.name,
    slug: row.slug,
    bio: row.bio,
    url: row.url,
    status: row.status === 'active' ? 'active' : 'disabled',
    roles: [...roles].sort(),
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
    mustChangePassword: Boolean(row.must_change_password),
    version: row.version,
  };
}

/** What is said about a user, as columns, with the keys by which he is found. */
export function columnsOf({ login, email, name, slug, bio, url }: UserDraft) {
  const address = email.trim();
  return {
    login,
    login_key: foldKey(login),
    email: address || null,
    email_key: address ? foldKey(address) : null,
    name,
    slug,
    bio,
    url,
  };
}

/** The other columns of a new user. */
export function newRow(createdAt: number, passwordHash: string | null, mustChange: boolean) {
  return {
    password_hash: passwordHash,
    password_expires_at: null,
    status: 'active',
    created_at: createdAt,
    last_login_at: null,
    must_change_password: mustChange,
    version: 1,
  };
}
