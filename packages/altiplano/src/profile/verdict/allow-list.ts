import type { Finding, Rule } from '../finding.ts';
import { shapeOf } from '../fingerprint/fingerprint.ts';
import { Complaints, complainOfOthers, isObject, nearest, parseJson } from './read-json.ts';
import { RULE_NAMES } from './rule-names.ts';

/** What is meant to be as it is, until a day. All that is named has to fit. */
export interface Allowed {
  readonly rule: Rule;
  /** Of the finding, as it is printed. */
  readonly key: string | null;
  /** The statement; values in it do not matter. */
  readonly shape: string | null;
  /** `src/reports/**`; `*` is any part of a name and `**` any folders. */
  readonly file: string | null;
  readonly reason: string;
  /** The last day, `2027-03-31`. */
  readonly until: string;
}

export interface AllowList {
  readonly allow: readonly Allowed[];
}

const MEMBERS = ['rule', 'key', 'shape', 'file', 'reason', 'until'];

/**
 * `altiplano-profile.json`: `{ "allow": [{ "rule", "key" | "shape" | "file", "reason", "until" }] }`.
 * @throws Error that names everything that is wrong in it
 */
export function readAllowList(text: string, name = 'altiplano-profile.json'): AllowList {
  return allowListOf(parseJson(text, name), name);
}

/** The same of a value, where a program has it in its options. */
export function allowListOf(value: unknown, name = 'allow'): AllowList {
  const complaints = new Complaints(name);
  if (!isObject(value)) complaints.add('', 'it has to be an object: { "allow": [ … ] }');
  else complainOfOthers(value, ['allow'], '', complaints);
  const entries = isObject(value) ? (value.allow ?? []) : [];
  if (!Array.isArray(entries)) complaints.add('allow', 'has to be a list of entries');
  const allow = (Array.isArray(entries) ? entries : []).map((entry, at) =>
    allowedOf(entry, `allow[${at}]`, complaints),
  );
  complaints.throwIfAny();
  return { allow: allow.filter((entry) => entry !== null) };
}

function allowedOf(value: unknown, place: string, complaints: Complaints): Allowed | null {
  if (!isObject(value)) {
    complaints.add(place, 'has to be an object with "rule", "reason", "until", and "key", "shape" or "file"');
    return null;
  }
  complainOfOthers(value, MEMBERS, place, complaints);
  const text = (member: string): string | null => textOf(value[member], `${place}.${member}`, complaints);
  const entry = {
    rule: text('rule'),
    key: text('key'),
    shape: text('shape'),
    file: text('file'),
    reason: text('reason'),
    until: text('until'),
  };
  const rule = RULE_NAMES.find((known) => known === entry.rule);
  if (rule === undefined)
    complaints.add(`${place}.rule`, `“${entry.rule ?? ''}” is no rule${nearest(entry.rule ?? '', RULE_NAMES)}`);
  if (entry.key === null && entry.shape === null && entry.file === null)
    complaints.add(place, 'allows every finding of its rule: name the "key", the "shape" or the "file" that is meant');
  if (entry.reason === null)
    complaints.add(`${place}.reason`, 'is missing: say why this may be so, for whoever reads it when it has expired');
  if (entry.until === null || !isDay(entry.until))
    complaints.add(
      `${place}.until`,
      `has to be the last day it is allowed, as "2027-03-31"${entry.until === null ? '' : `, not "${entry.until}"`}`,
    );
  return { ...entry, rule: rule ?? 'chatty', reason: entry.reason ?? '', until: entry.until ?? '' };
}

function textOf(value: unknown, place: string, complaints: Complaints): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '') return value;
  complaints.add(place, 'has to be a text that is not empty');
  return null;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

export interface Sorted {
  /** Those that nothing allows. */
  readonly findings: readonly Finding[];
  readonly allowed: readonly Finding[];
  /** Entries that allow nothing any more: expired, or met by no finding of this run. */
  readonly told: readonly string[];
}

/** Of all findings of a run: an entry that meets none of them is told, so that the list stays short. `today` as `2026-11-28`. */
export function withoutAllowed(findings: readonly Finding[], { allow }: AllowList, today: string): Sorted {
  const valid = allow.filter(({ until }) => until >= today);
  const allowed = findings.filter((finding) => valid.some((entry) => fits(entry, finding)));
  const told = allow.flatMap((entry) => {
    const met = findings.some((finding) => fits(entry, finding));
    if (!met) return [`${nameOf(entry)} is allowed and was not found; remove the entry if that is so everywhere`];
    return entry.until < today
      ? [`${nameOf(entry)} was allowed until ${entry.until} (“${entry.reason}”) and is there still`]
      : [];
  });
  return { findings: findings.filter((finding) => !allowed.includes(finding)), allowed, told };
}

function nameOf({ rule, key, shape, file }: Allowed): string {
  return `${rule} ${key ?? [shape, file].filter((part) => part !== null).join(' in ')}`;
}

function fits(entry: Allowed, { rule, key, evidence }: Finding): boolean {
  if (entry.rule !== rule || (entry.key !== null && entry.key !== key)) return false;
  if (entry.shape !== null && shapeOf(entry.shape) !== evidence[0]?.shape) return false;
  const { file } = entry;
  return file === null || evidence.some(({ site }) => site !== null && globOf(file).test(site.file));
}

function globOf(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/?|\*)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
