import { start } from 'unleash-server';

start();
