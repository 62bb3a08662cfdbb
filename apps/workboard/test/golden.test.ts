import { describeGolden } from 'altiplano/testing';
import { useApi } from './api.ts';

describeGolden(new URL('./golden/', import.meta.url), useApi);
