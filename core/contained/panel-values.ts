import { isSafeUrl } from '../lib/escape.ts';
import type { PanelLink } from './panel-links.ts';

const MAX_TEXT = 2000;
/** The most rows, items and lines of a part. */
export const MAX_ROWS = 200;
export const TONES = ['info', 'success', 'warning', 'danger'];
/** The name of a field, an action, a frame. */
export const NAME = /^[a-z][A-Za-z0-9_-]{0,40}$/;

export type Given = Record<string, unknown>;

/** Where a part stands, and where it can lead to. */
export interface Place {
  id: string;
  depth: number;
  link: PanelLink;
}

export const recordOf = (value: unknown): Given =>
  typeof value === 'object' && value !== null ? (value as Given) : {};
export const listOf = (value: unknown, max: number): unknown[] => (Array.isArray(value) ? value.slice(0, max) : []);

export function textOf(value: unknown, max = MAX_TEXT): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, max) : '';
}

/** A safe address; empty for any other. */
export function urlOf(value: unknown): string {
  const url = textOf(value);
  return url !== '' && isSafeUrl(url) ? url : '';
}

/** Where something leads: a safe address, or one of the plugin's own panels. */
export const targetOf = ({ url, to }: Given, { link }: Place): string => link(to) || urlOf(url);

/** One of the known tones; empty for any other. */
export const toneOf = (value: unknown): string => TONES.find((tone) => tone === value) ?? '';
