// The vocabulary in which config/default.ts describes settings.

interface SettingBase {
  /** What it does, in a sentence or two; with the unit of a number. */
  doc: string;
  /** Environment variable; `GALLEY_GROUP_KEY` where none is given. */
  env?: string;
  /** Never printed or logged, and readable from the file that `<variable>_FILE` names. */
  secret?: true;
}

/** Text, possibly empty. */
export interface TextSetting extends SettingBase {
  type: 'text';
  default: string;
  /** Regular expression that a value matches; the empty text is always allowed. */
  pattern?: string;
  /** What the pattern means, in words. */
  allowed?: string;
}
/** A whole number within bounds. */
export interface IntegerSetting extends SettingBase {
  type: 'integer';
  default: number;
  min: number;
  max: number;
}
/** On or off. */
export interface BooleanSetting extends SettingBase {
  type: 'boolean';
  default: boolean;
}
/** One of a few words. */
export interface ChoiceSetting<Choice extends string = string> extends SettingBase {
  type: 'choice';
  default: Choice;
  choices: readonly Choice[];
}
/** Several texts; separated by commas in the environment. */
export interface ListSetting extends SettingBase {
  type: 'list';
  default: readonly string[];
  pattern?: string;
  allowed?: string;
}

/** One setting: its type, default, bounds and documentation. */
export type SettingDefinition = TextSetting | IntegerSetting | BooleanSetting | ChoiceSetting | ListSetting;

/** All settings, by group and key. */
export type SettingTable = Record<string, Record<string, SettingDefinition>>;

export const text = (setting: Omit<TextSetting, 'type'>): TextSetting => ({ type: 'text', ...setting });
export const integer = (setting: Omit<IntegerSetting, 'type'>): IntegerSetting => ({ type: 'integer', ...setting });
export const boolean = (setting: Omit<BooleanSetting, 'type'>): BooleanSetting => ({ type: 'boolean', ...setting });
export const list = (setting: Omit<ListSetting, 'type'>): ListSetting => ({ type: 'list', ...setting });

/** A setting with one of a few values; the type of the value is the union of the choices. */
export function choice<const Choice extends string>(
  setting: Omit<ChoiceSetting<Choice>, 'type'>,
): ChoiceSetting<Choice> {
  return { type: 'choice', ...setting };
}

/** The type of a setting's value. */
export type SettingValue<Setting> = Setting extends { type: 'integer' }
  ? number
  : Setting extends { type: 'boolean' }
    ? boolean
    : Setting extends { type: 'list' }
      ? readonly string[]
      : Setting extends ChoiceSetting<infer Choice>
        ? Choice
        : string;

/** The environment variable of a setting: `http.maxLagMs` has `GALLEY_HTTP_MAX_LAG_MS` unless it says otherwise. */
export function variableOf(group: string, key: string, setting: SettingDefinition): string {
  const words = `${group}_${key}`.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return setting.env ?? `GALLEY_${words}`;
}

/** What a setting allows, in words. */
export function allowedBy(setting: SettingDefinition): string {
  switch (setting.type) {
    case 'integer':
      return `a whole number from ${setting.min} to ${setting.max}`;
    case 'boolean':
      return 'true or false (also 1/0, yes/no, on/off)';
    case 'choice':
      return setting.choices.join(', ');
    case 'list':
      return `a list, with commas in the environment${setting.allowed ? `, of ${setting.allowed}` : ''}`;
    case 'text':
      return setting.allowed ?? 'text';
  }
}
