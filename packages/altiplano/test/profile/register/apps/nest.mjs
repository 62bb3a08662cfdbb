import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Param, ParseIntPipe, UseGuards, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { map } from 'rxjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

// What decorators compile to: this is plain JavaScript.
const decorate = (decorators, target, key) => {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  for (const decorator of decorators) decorator(target, key, descriptor);
};

class MayRead {
  async canActivate(context) {
    const { rows } = await pool.query('select $1::text <> $2 as may', [context.switchToHttp().getRequest().url, '/no']);
    return rows[0].may;
  }
}
class Wrapping {
  async intercept(_context, next) {
    await pool.query('select 1 as interceptor');
    return next.handle().pipe(map((data) => ({ data })));
  }
}
class Existing {
  async transform(id) {
    const { rows } = await pool.query('select $1::int as id', [id]);
    return rows[0].id;
  }
}
class People {
  async pets(id) {
    const { rows } = await pool.query('select $1::int * 10 + n as id from generate_series(1, 5) n', [id]);
    for (const pet of rows) await this.ownerOf(pet.id);
    return rows;
  }
  async ownerOf(pet) {
    await pool.query('select $1::int as owner', [pet]);
  }
}
for (const one of [MayRead, Wrapping, Existing]) decorate([Injectable()], one);
decorate([Controller('people'), UseGuards(MayRead), UseInterceptors(Wrapping)], People);
decorate([Get(':id/pets')], People.prototype, 'pets');
Param('id', ParseIntPipe, Existing)(People.prototype, 'pets', 0);
class Application {}
Module({ controllers: [People] })(Application);

const app = await NestFactory.create(Application, { logger: false });
await app.listen(0);
console.log(app.getHttpServer().address().port);
