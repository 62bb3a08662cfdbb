import { describeGolden } from 'altiplano/testing';
import { useFinance } from './server.ts';

describeGolden(new URL('./golden/', import.meta.url), useFinance);
