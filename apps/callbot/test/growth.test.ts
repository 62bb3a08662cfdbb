import { describeGrowth } from 'altiplano/testing';
import { sampledCallbot } from './callbot-database.ts';

describeGrowth('callbot', sampledCallbot, 20);
