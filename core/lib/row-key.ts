/** A UUID as models write them, as a pattern of JSON schemas. */
export const UUID_PATTERN = '^[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}$';

const UUID = new RegExp(UUID_PATTERN);

/** What names rows of a model in a value: numbers above 0 and UUIDs, one or several. */
export function rowKeys(value: unknown): (number | string)[] {
  return [value ?? []]
    .flat()
    .filter((key): key is number | string =>
      typeof key === 'number' ? key > 0 : typeof key === 'string' && UUID.test(key),
    );
}
