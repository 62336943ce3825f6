import { compare, prerelease, satisfies, validRange } from 'semver';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';

/** What counts when one of many versions is chosen. */
export interface Candidate {
  version: string;
  /** The versions of Galley that it runs on; any where it is empty. */
  engine: string;
  /** When it came out, in ISO 8601. */
  released: string;
  /** Why nobody may have it, as the second half of a sentence. */
  refusal?: string | undefined;
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

/** Why a version of Galley will not do, as the second half of a sentence; undefined where it does. */
export function engineProblem(wanted: string, engine: string): string | undefined {
  if (wanted === '') return undefined;
  if (validRange(wanted) === null) return says(`its range of versions of Galley, "${wanted}", cannot be read.`);
  // A trial version of Galley counts as the version that it will be.
  if (satisfies(engine, wanted, { includePrerelease: true })) return undefined;
  return says(`it runs on Galley ${wanted}, and this is ${engine}.`);
}

function problemOf({ engine: wanted, released, refusal }: Candidate, wish: Wish): string | undefined {
  if (refusal !== undefined) return refusal;
  const { engine, minimumAge, now } = wish;
  const problem = engineProblem(wanted, engine);
  if (problem) return problem;
  const hours = (now - Date.parse(released)) / HOUR_MS;
  if (hours >= minimumAge) return undefined;
  const age = Math.max(0, Math.floor(hours));
  return says(`it has been out for ${age} hours, and the setting plugins.minimumReleaseAge asks for ${minimumAge}.`);
}

/** The newest release that meets the wish, and why newer ones do not. */
export interface Choice<Release> {
  release: Release | undefined;
  /** A sentence for each, newest first. */
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
    reasons.push(says(`"${name}" ${release.version} is left out: ${problem}`));
  }
  if (fitting.length === 0) {
    reasons.push(noneReason(name, { range, releases }));
  }
  return { release: undefined, reasons };
}

function noneReason(name: string, { range, releases }: { range: string; releases: readonly Candidate[] }): string {
  const known = releases.slice(0, MANY).map(({ version }) => version);
  if (known.length === 0) return says(`There is no version of "${name}".`);
  const versions = known.join(', ');
  return range === ''
    ? says(`"${name}" has no version that is finished; there are: ${versions}.`)
    : says(`"${name}" has no version ${range}; there are: ${versions}.`);
}
