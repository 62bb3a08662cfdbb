import { describeGrowth } from 'altiplano/testing';
import { sampledFinance } from './finance-database.ts';

describeGrowth('finance', sampledFinance, 5);
