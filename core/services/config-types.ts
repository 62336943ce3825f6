import type { settings } from '../../config/default.ts';
import type { SettingDefinition, SettingValue } from './config-setting.ts';

type Settings = typeof settings;

/** All settings with their values, frozen: `site.config.http.port`. Derived from the table in config/default.ts. */
export type Config = {
  readonly [Group in keyof Settings]: {
    readonly [Key in keyof Settings[Group]]: SettingValue<Settings[Group][Key]>;
  };
};

/** A part of the settings, as config/production.ts and config/local.ts give them. */
export type ConfigOverrides = { [Group in keyof Config]?: Partial<Config[Group]> };

/** What the site is for. */
export type EnvironmentName = Config['environment']['name'];

/** Variables by name, such as process.env. */
export type Variables = Record<string, string | undefined>;

/** One setting as it stands, for `galley config list` and the admin. */
export interface SettingInfo {
  /** `http.port` */
  name: string;
  /** The value; `[redacted]` for a secret that is set. */
  value: unknown;
  /** Where the value came from: `default`, `config/local.ts`, `PORT`, `DATABASE_URL_FILE`, `made`, `overrides`. */
  source: string;
  variable: string;
  definition: SettingDefinition;
}

/** A setting with a wrong value, or a name that is no setting. */
export interface ConfigMistake {
  name: string;
  source: string;
  /** What is wrong, never with the value of a secret. */
  problem: string;
  allowed?: string;
}
