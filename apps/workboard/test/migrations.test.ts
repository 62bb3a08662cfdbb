import { describeMigrations } from 'altiplano/testing';
import { workboard } from '../app.ts';
import { ROWS } from './fixture.ts';

describeMigrations(workboard, { fill: (owner) => owner.query(ROWS) });
