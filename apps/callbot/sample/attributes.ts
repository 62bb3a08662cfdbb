import { copyText } from 'altiplano';
import type { Random } from 'altiplano/sample';
import { CITIES } from './texts.ts';

const CITY_MEMBERS = CITIES.map((city) => copyText(`"city": ${JSON.stringify(city)}`));
const PLANS = ['free', 'basic', 'pro', 'enterprise'];
const REFERENCES = 5000;

// Rare shapes that reading, filtering and printing must leave as they are.
const ODD_MEMBERS = [
  '"note": null',
  '"note": ""',
  '"a=b": "c=d"',
  '"account": 12345678901234567890.123000',
  '"ratio": 1.50',
  '"address": {"street": "Hauptstraße 1", "geo": [52.52, 13.405], "tags": []}',
  '"history": [1, "two", null, {"three": 3}]',
  '"vip": true',
  '"": "empty key"',
  '"quote": "say \\"hi\\" \\\\o/"',
  '"emoji": "🦙"',
].map(copyText);

/** A customer's `other_attributes` as COPY text: a few members each, none at all for some. */
export function attributesText(random: Random): string {
  if (random.chance(0.06)) return '{}';
  const members = [CITY_MEMBERS[random.zipf(CITY_MEMBERS.length)] ?? ''];
  members.push(`"plan": "${PLANS[random.zipf(PLANS.length)]}"`);
  if (random.chance(0.5)) {
    const score = random.below(11);
    // The number in some rows, its text in others: `score=7` finds both.
    members.push(random.chance(0.7) ? `"score": ${score}` : `"score": "${score}"`);
  }
  if (random.chance(0.6)) members.push(`"ref": "R-${String(random.below(REFERENCES)).padStart(4, '0')}"`);
  if (random.chance(0.15)) members.push(random.pick(ODD_MEMBERS));
  return `{${members.join(', ')}}`;
}
