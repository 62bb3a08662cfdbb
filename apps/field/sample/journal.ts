import { type KeyRing, seal } from 'altiplano';
import { COPY_NULL, choices, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { tenantIds } from './people.ts';
import { SENTENCES, TITLES } from './texts.ts';
import { drawPerson, type World } from './world.ts';

const SPAN = 365 * DAY;
const TYPES = choices(['mood', 35], ['stress', 25], ['note', 20], ['gratitude', 15], ['incident', 5]);
const SCOPES = choices(['private', 35], ['team', 25], ['manager', 25], ['aggregate', 15]);

/** Content is encrypted for its row: the same seed gives the same texts, and never the same ciphertext. */
export function journalTable(world: World, keys: KeyRing): SampleTable {
  return {
    table: 'journal_entry',
    columns: [
      ...['id', 'tenant_id', 'user_id', 'entry_type', 'privacy_scope', 'timestamp', 'title', 'content'],
      ...['mood_rating', 'stress_level', 'is_deleted'],
    ],
    total: world.volume.journal,
    rows: () => journalRows(world, keys),
  };
}

/** A year of entries; now and then several at one instant, as when a phone comes back online. */
function* journalRows(world: World, keys: KeyRing): Generator<string> {
  const { seed, anchor, volume } = world;
  const random = new Random(seed, 3);
  const tenantId = tenantIds(seed, 'tenant');
  let instant = anchor - SPAN;
  for (let id = 1; id <= volume.journal; id++) {
    const { tenant, id: person } = drawPerson(random, world);
    const due = anchor - SPAN + Math.floor(((id - 1 + random.unit()) / volume.journal) * SPAN);
    if (id === 1 || !random.chance(0.05)) instant = Math.max(due, instant);
    const type = random.weighted(TYPES);
    const mood = random.chance(0.3) ? COPY_NULL : 1 + random.below(10);
    const stress = type === 'stress' || random.chance(0.4) ? 1 + random.below(5) : COPY_NULL;
    yield [
      id,
      tenantId(tenant),
      person,
      type,
      random.weighted(SCOPES),
      instantText(instant),
      random.pick(TITLES),
      seal(
        keys,
        { table: 'journal_entry', column: 'content', tenant: tenantId(tenant), row: String(id) },
        contentOf(random),
      ),
      mood,
      stress,
      random.chance(0.03),
    ].join('\t');
  }
}

function contentOf(random: Random): string {
  const sentences = Array.from({ length: random.below(5) }, () => random.pick(SENTENCES));
  return sentences.join('\n');
}
