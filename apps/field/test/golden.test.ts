import { describeGolden } from 'altiplano/testing';
import { useField } from './server.ts';

describeGolden(new URL('./golden/', import.meta.url), useField);
