import { describeGrowth } from 'altiplano/testing';
import { sampledShop } from './shop-database.ts';

describeGrowth('shop', sampledShop, 20);
