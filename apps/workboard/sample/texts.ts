import { copyText } from 'altiplano/sample';

// Every pool is escaped for COPY once, here. The odd ones are on purpose: case pairs that do not fold alike, right to left,
// beyond the basic plane, and whatever quoting or LIKE could trip over.
const pool = (...texts: readonly string[]): readonly string[] => texts.map(copyText);

export const GIVEN_NAMES = pool(
  ...['Anna', 'Björn', 'Chiara', 'Dmitri', 'Elif', 'Farah', 'Giorgos', 'Hanna', 'Işıl', 'João', 'Katarzyna', 'Lê'],
  ...['Mehmet', 'Noor', 'Oğuz', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomoko', 'Ute', 'Việt', 'Wanjiru', 'Žofia'],
);
export const FAMILY_NAMES = pool(
  ...['Álvarez', 'Brandt', 'Çelik', 'Dubois', 'Eriksson', 'Fernández', 'Größer', 'Haddad', 'Ivanova', 'Jansen'],
  ...['Kowalski', 'Lindqvist', 'Mwangi', 'Nguyễn', "O'Brien", 'Papadopoulou', 'Quispe', 'Rossi', 'Straße', 'Tanaka'],
);
export const PROJECT_NAMES = pool(
  ...['Website relaunch', 'Mobile app', 'Data warehouse', 'Office move', 'Customer portal', 'Billing', 'Onboarding'],
  ...['Solar roof', 'Wallbox rollout', 'Search quality', 'Annual report', 'Straße 12', 'İstanbul office', 'ΣΊΣΥΦΟΣ'],
);
export const VERBS = pool(
  'Fix',
  'Review',
  'Draft',
  'Test',
  'Ship',
  'Document',
  'Measure',
  'Rename',
  'Discuss',
  'Prüfe',
);
export const THINGS = pool(
  ...['the login page', 'invoice export', 'the backup', 'search results', 'the onboarding mail', 'dark mode'],
  ...['the price list', 'webhooks', 'the release notes', 'Größenangaben', 'the kitchen', 'permissions', 'rate limits'],
);
export const ODD_TITLES = pool(
  '100% of 5_000 rows',
  'back\\slash and "quotes"',
  'two\nlines\tand a tab',
  '🦙🦙🦙 beyond the plane',
  'مرحبا بالعالم',
  'ǅ Ǆ ǆ',
  'Kelvin K ſharp',
  'x',
  "Robert'); drop table task;--",
);
export const DESCRIPTIONS = pool(
  'As discussed; see the minutes.',
  'Steps to reproduce:\n1. open the page\n2. wait\n\nExpected: an answer.',
  '<b>not bold</b> & {"json": [1, 2]}',
  'Ein längerer Text über die Größe der Straße, der nichts weiter sagt.',
);
