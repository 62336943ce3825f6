import { compare, prerelease, satisfies, validRange } from 'semver';
import { GalleyError } from '../../lib/errors.ts';

/** What counts when one of many versions is chosen. */
export interface Candidate {
  version: string;
  /** The versions of Galley that it runs on; any where it is empty. */
  engine: string;
  /** When it came out, in ISO 8601. */
  released: string;
}

/** What a release must meet. */
export interface Wish {
  name: string;
  /** Versions that will do; all that are no trials where it is empty. */
  range: string;
  /** The version of Galley that runs here. */
  engine: string;
  /** Hours that it must have been out. */
  minimumAge: number;
  now: number;
}

const HOUR_MS = 3_600_000;
const MANY = 5;

/** Why a version of Galley will not do, or undefined where it does. */
export function engineProblem(wanted: string, engine: string): string | undefined {
  if (wanted === '') return undefined;
  if (validRange(wanted) === null) return `its range of versions of Galley, "${wanted}", cannot be read`;
  // A trial version of Galley counts as the version that it will be.
  if (satisfies(engine, wanted, { includePrerelease: true })) return undefined;
  return `it runs on Galley ${wanted}, and this is ${engine}`;
}

function problemOf({ engine: wanted, released }: Candidate, { engine, minimumAge, now }: Wish): string | undefined {
  const problem = engineProblem(wanted, engine);
  if (problem) return problem;
  const hours = (now - Date.parse(released)) / HOUR_MS;
  if (hours >= minimumAge) return undefined;
  return `it has been out for ${Math.max(0, Math.floor(hours))} hours, and the setting plugins.minimumReleaseAge asks for ${minimumAge}`;
}

/** The newest release that meets the wish, and why newer ones do not. */
export interface Choice<Release> {
  release: Release | undefined;
  /** In words, newest first. */
  reasons: string[];
}

/** Chooses the newest release that meets the wish. @throws GALLEY_INPUT_INVALID for a range that cannot be read */
export function chooseRelease<Release extends Candidate>(releases: readonly Release[], wish: Wish): Choice<Release> {
  const { name, range } = wish;
  if (range !== '' && validRange(range) === null)
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${range}" is no range of versions, such as ^1.2 or 1.x.`);
  const fitting = releases
    .filter(({ version }) => (range === '' ? prerelease(version) === null : satisfies(version, range)))
    .sort((a, b) => compare(b.version, a.version));
  const reasons: string[] = [];
  for (const release of fitting) {
    const problem = problemOf(release, wish);
    if (!problem) return { release, reasons };
    reasons.push(`"${name}" ${release.version} is left out: ${problem}`);
  }
  if (fitting.length === 0) {
    const known = releases.slice(0, MANY).map(({ version }) => version);
    reasons.push(`"${name}" has no version ${range || 'that is finished'}; there are ${known.join(', ') || 'none'}`);
  }
  return { release: undefined, reasons };
}
