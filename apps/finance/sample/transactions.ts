import { COPY_NULL, choices, DAY, type Instant, instantText, Random, type SampleTable, SECOND } from 'altiplano/sample';
import { makerOf } from './accounts.ts';
import { MEMOS } from './texts.ts';
import { type Account, idsOf, type World } from './world.ts';

const SPAN = 365 * DAY;
const KINDS = choices(['deposit', 50], ['withdrawal', 28], ['transfer', 12], ['fee', 10]);
/** As the job that posts them says it. */
const UNCOVERED = 'The balance would become negative.';
/** The last ones wait to be posted. */
const PENDING = 0.001;

export function transactionTable(world: World): SampleTable {
  return {
    table: 'transaction',
    columns: [
      ...['id', 'tenant_type', 'tenant_id', 'account_id', 'transfer_id', 'amount', 'kind', 'status', 'memo', 'failure'],
      ...['created_by', 'created_at', 'posted_at'],
    ],
    total: world.volume.transactions,
    rows: () => transactionRows(world),
  };
}

/**
 * A year of transactions, one after the other, now and then several at one instant. An account is drawn upon as far as it is covered;
 * what would be more has failed.
 */
function* transactionRows(world: World): Generator<string> {
  const { seed, anchor, volume, accounts } = world;
  const random = new Random(seed, 5);
  // In cents: exact up to ninety trillion.
  const balances = new Float64Array(accounts.length);
  const others = sameKind(accounts);
  const write = writerOf(world, random);
  let instant = anchor - SPAN;
  for (let index = 0; index < volume.transactions; ) {
    const due = anchor - SPAN + Math.floor(((index + random.unit()) / volume.transactions) * (SPAN - 60 * SECOND));
    if (index === 0 || !random.chance(0.05)) instant = Math.max(due, instant);
    const account = random.zipf(accounts.length);
    const drawn = random.weighted(KINDS);
    const partner = drawn === 'transfer' ? partnerOf(random, account, others) : null;
    // Both legs or none here, too; and who has nobody to give to is given something.
    const kind = drawn === 'transfer' && (partner === null || index + 2 > volume.transactions) ? 'deposit' : drawn;
    const cents = centsOf(random, kind);
    const isPending = index >= volume.transactions * (1 - PENDING);
    const isCovered = kind === 'deposit' || (balances[account] ?? 0) >= cents;
    const status = isPending ? 'pending' : isCovered ? 'posted' : 'failed';
    const of = { kind, status, instant };
    if (status === 'posted') balances[account] = (balances[account] ?? 0) + (kind === 'deposit' ? cents : -cents);
    if (kind === 'transfer' && partner !== null) {
      if (status === 'posted') balances[partner] = (balances[partner] ?? 0) + cents;
      yield* write(of, index, [
        [account, -cents],
        [partner, cents],
      ]);
      index += 2;
    } else {
      yield* write(of, index, [[account, kind === 'deposit' ? cents : -cents]]);
      index += 1;
    }
  }
}

interface Written {
  readonly kind: string;
  readonly status: string;
  readonly instant: Instant;
}

function writerOf(world: World, random: Random) {
  const { seed, accounts } = world;
  const [id, account, user] = [idsOf(seed, 'transaction'), idsOf(seed, 'account'), idsOf(seed, 'user')];
  return function* (
    { kind, status, instant }: Written,
    index: number,
    legs: readonly (readonly [account: number, cents: number])[],
  ): Generator<string> {
    const [[first] = [0]] = legs;
    const { type, place } = accounts[first] as Account;
    const memo = random.chance(0.4) ? COPY_NULL : random.pick(MEMOS);
    const maker = user(makerOf(random, accounts[first] as Account, world));
    const posted = status === 'posted' ? instantText(instant + Math.floor((0.05 + random.unit()) * SECOND)) : COPY_NULL;
    for (const [leg, [of, cents]] of legs.entries()) {
      yield [
        ...[id(index + leg), type, idsOf(seed, type)(place), account(of), kind === 'transfer' ? id(index) : COPY_NULL],
        ...[moneyOf(cents), kind, status, memo, status === 'failed' ? UNCOVERED : COPY_NULL, maker],
        ...[instantText(instant), posted],
      ].join('\t');
    }
  };
}

/** Deposits are seldom and large, fees often and small; one in a hundred tests how many digits there is room for. */
function centsOf(random: Random, kind: string): number {
  if (random.chance(0.01)) return random.pick([1, 99_999_999, 123_456_789, 1_000_000_000]);
  const most = { deposit: 500_000, withdrawal: 400_000, transfer: 300_000, fee: 2_500 }[kind] ?? 1;
  return 1 + random.below(most);
}

function moneyOf(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Accounts of one tenant and currency, by account. */
function sameKind(accounts: readonly Account[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  const keyOf = ({ type, place, currency }: Account) => `${type} ${place} ${currency}`;
  for (const [index, account] of accounts.entries())
    groups.set(keyOf(account), [...(groups.get(keyOf(account)) ?? []), index]);
  return accounts.map((account) => groups.get(keyOf(account)) ?? []);
}

function partnerOf(random: Random, account: number, others: readonly (readonly number[])[]): number | null {
  const group = others[account] ?? [];
  if (group.length < 2) return null;
  const drawn = group[random.below(group.length)] ?? account;
  return drawn === account ? (group.find((one) => one !== account) ?? null) : drawn;
}
