import { copyText } from 'altiplano/sample';

// Escaped for COPY once, here. Some are odd on purpose: letters whose case does not fold alike, right to left, beyond the
// basic plane, what LIKE and quoting could trip over.
export const GIVEN_NAMES: readonly string[] = [
  ...['Asha', 'Ravi', 'Meera', 'Sanjay', 'Priya', 'Arjun', 'Lakshmi', 'Imran', 'Fatima', 'Joseph', 'Grace', 'Peter'],
  ...[
    'Élodie',
    'Zoë',
    'İlker',
    'Işık',
    'Σπύρος',
    'Ольга',
    'خالد',
    '美穂',
    'Łucja',
    'Åke',
    'Siân',
    'ana',
    'ANA',
    '🦙 Lola',
  ],
].map(copyText);

export const FAMILY_NAMES: readonly string[] = [
  ...[
    'Kumar',
    'Sharma',
    'Iyer',
    'Khan',
    'D’Souza',
    "O'Neill",
    'Strauß',
    'STRAUSS',
    'Παππάς',
    'Жукова',
    'الفارسي',
    '佐藤',
  ],
  ...['van der Berg', 'Müller-Lüdenscheidt', '100%_sure', 'back\\slash', 'Nkosi', 'Okafor', 'Silva', 'Ñáñez', 'Ng'],
].map(copyText);

export const DEPARTMENTS: readonly string[] = ['Security', 'Housekeeping', 'Maintenance', 'Front desk', 'Logistics'];

/** Payloads beside the usual ones: what must come back as it was stored. */
export const ODD_PAYLOADS: readonly string[] = [
  '{}',
  '{"odometer": 12345678901234567890.250, "note": null}',
  '{"stops": [1, "two", {"three": 3.0}], "ok": true}',
  '{"driver": "Zoë \\"Z\\" Müller", "emoji": "🦙"}',
].map(copyText);

export const TITLES: readonly string[] = [
  ...['A good shift', 'Long night at the gate', 'Thanks to the team', 'Argument in the lobby', 'Could not sleep'],
  ...[
    'Handover went well',
    'Slipped on the stairs',
    'Family visit',
    'Überstunden again',
    'ΣΗΜΕΙΩΣΗ',
    '50% done_today',
    '🙂',
  ],
].map(copyText);

export const SENTENCES: readonly string[] = [
  'The relief came an hour late and nobody had said why.',
  'I kept thinking about it on the way home.',
  'My supervisor listened, which helped more than I expected.',
  'Three visitors without badges; all of them polite.',
  'Slept five hours. Coffee did the rest.',
  'Grateful for Meera, who took over without being asked.',
  'Das Funkgerät fiel zweimal aus.',
  '今日は静かだった。',
];
