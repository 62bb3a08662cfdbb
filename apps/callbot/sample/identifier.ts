import { identifiersOf } from 'altiplano/sample';

export const identifiers = identifiersOf(
  'workspace',
  'employee',
  'user',
  'label',
  'campaign',
  'customer',
  'enrolment',
  'call',
);
