import { describeMigrations } from 'altiplano/testing';
import { finance } from '../app.ts';
import { ROWS } from './fixture.ts';

describeMigrations(finance, { fill: (owner) => owner.query(ROWS) });
