import { type Condition, compared } from 'altiplano/twin';
import type { Caller } from './admission.ts';

export const ofTenant = ({ type, tenant }: Caller): readonly Condition[] => [
  compared('tenant_type', '=', type, 'text'),
  compared('tenant_id', '=', tenant, 'uuid'),
];
