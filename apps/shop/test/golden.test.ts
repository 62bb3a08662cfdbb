import { describeGolden } from 'altiplano/testing';
import { useShop } from './server.ts';

describeGolden(new URL('./golden/', import.meta.url), useShop);
