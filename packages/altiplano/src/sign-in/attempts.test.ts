import { expect, test } from 'vitest';
import { linesOf, networkOf } from './attempts.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:12:8a2e::7334', '2001:db8:0:12::/64'],
  ['2001:0db8:0000:0012:0000:8a2e:0370:7334', '2001:db8:0:12::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));

const LIMITS = { account: 3, address: 8, minutes: 15 };

test('an account has one line however its address is written, and no line tells whose it is', () => {
  const of = (email: string, address = '192.0.2.7') => linesOf('pepper', LIMITS, { email, address });
  expect(of('Ann@Example.com').account).toEqual(of('ann@example.com', '192.0.2.8').account);
  expect(of('ann@example.com').account.line).not.toEqual(of('bo@example.com').account.line);
  expect(of('Ann@Example.com').place.line).not.toEqual(of('ann@example.com').place.line);
  expect(of('ann@example.com').place).toEqual(of('ann@example.com').place);
  expect(of('ann@example.com', '192.0.2.8').place.line).not.toEqual(of('ann@example.com').place.line);
  expect(of('192.0.2.7').account.line).not.toEqual(of('192.0.2.7').address.line);
  expect(linesOf('other', LIMITS, { email: 'a', address: 'b' }).account.line).not.toEqual(
    linesOf('pepper', LIMITS, { email: 'a', address: 'b' }).account.line,
  );
});
