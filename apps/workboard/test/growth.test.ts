import { describeGrowth } from 'altiplano/testing';
import { sampledWorkboard } from './workboard-database.ts';

describeGrowth('workboard', sampledWorkboard, 10);
