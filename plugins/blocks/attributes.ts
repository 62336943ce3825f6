import type { AttributeSchema, BlockInstance } from 'galley';

/** Short ways to write attribute schemas. */
export const text = (value = ''): AttributeSchema => ({ type: 'string', default: value });
export const flag = (value = false): AttributeSchema => ({ type: 'boolean', default: value });
export const number = (value?: number): AttributeSchema => ({ type: 'number', default: value });
export const oneOf = (...values: [string, ...string[]]): AttributeSchema => ({
  type: 'string',
  enum: values,
  default: values[0],
});
export const list = (): AttributeSchema => ({ type: 'array', default: [] });
export const group = (): AttributeSchema => ({ type: 'object', default: {} });

/** An attribute as text; empty where it is none. */
export function textOf(block: BlockInstance, name: string): string {
  const value = block.attrs[name];
  return typeof value === 'string' ? value : '';
}

/** An attribute as a number within bounds. */
export function numberOf(block: BlockInstance, name: string, { min = 0, max = 1000, otherwise = 0 } = {}): number {
  const value = block.attrs[name];
  const known = typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
  return Math.min(Math.max(known, min), max);
}

/** Whether an attribute is on. */
export function isOn(block: BlockInstance, name: string): boolean {
  return block.attrs[name] === true;
}

/** Whole positive numbers of a list, of a text such as `1,2`, or of one number. */
export function idsOf(value: unknown, max = 100): number[] {
  const parts: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  return parts
    .map(Number)
    .filter((id) => Number.isSafeInteger(id) && id > 0)
    .slice(0, max);
}
