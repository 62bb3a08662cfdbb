import { describeGrowth } from 'altiplano/testing';
import { sampledField } from './field-database.ts';

describeGrowth('field', sampledField, 5);
