import { copyText, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { FAMILY, GIVEN } from './texts.ts';
import { idsOf, type World } from './world.ts';

/** Staff, by whom a later run finds the sample again; and the shopper with the most orders. */
export const DEMO_EMAIL = 'staff@shop.example';
export const DEMO_SHOPPER = 'shopper@shop.example';

export function shopperTable(world: World): SampleTable {
  return {
    table: 'shopper',
    columns: ['id', 'email', 'name', 'role', 'created_at'],
    total: world.volume.shoppers + 1,
    rows: () => shopperRows(world),
  };
}

function* shopperRows({ seed, anchor, volume }: World): Generator<string> {
  const random = new Random(seed, 3);
  const id = idsOf(seed, 'shopper');
  for (let index = 0; index < volume.shoppers; index++) {
    const name = `${random.pick(GIVEN)} ${random.pick(FAMILY)}`;
    const email = index === 0 ? DEMO_SHOPPER : `s${index}@example.org`;
    const created = anchor - Math.floor(random.unit() * 800 * DAY);
    yield [id(index), email, copyText(name), 'shopper', instantText(created)].join('\t');
  }
  yield [id(volume.shoppers), DEMO_EMAIL, 'Stella Staff', 'staff', instantText(anchor - 900 * DAY)].join('\t');
}
