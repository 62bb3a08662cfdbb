import { DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { ACCOUNTS } from './texts.ts';
import { type Account, accountantOf, idsOf, organizationOfTeam, ownerOf, type World } from './world.ts';

/** Their balances are the transactions': the table's own trigger adds them up. */
export function accountTable(world: World): SampleTable {
  const { seed, anchor, accounts } = world;
  return {
    table: 'account',
    columns: [
      ...['id', 'tenant_type', 'tenant_id', 'name', 'currency', 'created_by', 'updated_by', 'created_at', 'updated_at'],
    ],
    total: accounts.length,
    *rows() {
      const random = new Random(seed, 4);
      const [id, user] = [idsOf(seed, 'account'), idsOf(seed, 'user')];
      for (const [index, account] of accounts.entries()) {
        // Names come again: the order is by name, then by id.
        const name = `${random.pick(ACCOUNTS)}${random.chance(0.7) ? ` ${random.below(500)}` : ''}`;
        const created = anchor - Math.floor((366 + random.unit() * 300) * DAY);
        const by = [user(makerOf(random, account, world)), user(makerOf(random, account, world))];
        const updated = created + Math.floor(random.unit() * 200 * DAY);
        const { type, place, currency } = account;
        const tenant = idsOf(seed, type)(place);
        yield [id(index), type, tenant, name, currency, ...by, instantText(created), instantText(updated)].join('\t');
      }
    },
  };
}

/** Somebody who may write in the account's tenant. */
export function makerOf(random: Random, { type, place }: Account, { volume }: World): number {
  if (type === 'user') return place;
  const organization = type === 'team' ? organizationOfTeam(place, volume) : place;
  return random.chance(0.3) ? ownerOf(organization) : accountantOf(organization, volume);
}
