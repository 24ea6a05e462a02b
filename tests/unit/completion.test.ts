import { describe, expect, it } from 'vitest';
import { proposalsAt } from '../../src/lib/editor/completion';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';
import { rentalCatalog } from './catalogFixture';

const catalogs = { postgres: rentalCatalog('public'), sqlite: rentalCatalog('main') };

function propose(marked: string, dialect = postgres, explicit = false) {
  const pos = marked.indexOf('|');
  return proposalsAt(dialect, catalogs[dialect.engine], marked.replace('|', ''), pos, explicit);
}

const labels = (marked: string, dialect = postgres, explicit = false): string[] =>
  propose(marked, dialect, explicit)?.options.map((o) => o.label) ?? [];

const option = (marked: string, label: string, dialect = postgres) => propose(marked, dialect)?.options.find((o) => o.label === label);

describe('columns', () => {
  it('of an alias, in the order of the table, with type and foreign key', () => {
    const found = propose('select r.| from rental as r');
    expect(found?.options.map((o) => o.label)).toEqual(['rental_id', 'rental_date', 'customer_id', 'inventory_id', 'return_date']);
    expect(found?.options[2]!.detail).toBe('integer → customer');
    expect(found?.about).toBe('Columns of rental');
  });

  it('of a relation by its own name, and through its schema', () => {
    expect(labels('select customer.| from customer')).toContain('last_name');
    expect(labels('select public.customer.| from public.customer')).toContain('last_name');
  });

  it('of all sources; what two of them have is written with its source', () => {
    const found = propose('select cust| from rental r join customer c on true');
    const both = found?.options.filter((o) => o.label === 'customer_id').map((o) => o.apply);
    expect(both).toEqual(['r.customer_id', 'c.customer_id']);
    expect(found?.options.find((o) => o.label === 'last_name')?.apply).toBeUndefined();
  });

  it('of a subquery and of a CTE by what they return', () => {
    expect(labels('select d.| from (select title as name, film_id, count(*) from film) d')).toEqual(['name', 'film_id', 'count']);
    expect(labels('with late as (select r.* from rental r) select late.| from late')).toContain('return_date');
    expect(labels('with a(x, y) as (select title, film_id from film) select a.| from a')).toEqual(['x', 'y']);
  });

  it('of the outer query within a subquery, not of an inner one outside', () => {
    expect(labels('select * from film f where exists (select 1 from inventory i where i.film_id = f.|)')).toContain('title');
    expect(labels('select i.| from film f where exists (select 1 from inventory i)')).toEqual([]);
  });

  it('of the target of an INSERT, UPDATE and DELETE', () => {
    expect(labels('insert into film (ti|')).toContain('title');
    expect(labels('update film set ti|')).toContain('title');
    expect(labels('delete from film where ti|')).toContain('title');
  });

  it('of either side of a UNION alone', () => {
    const second = labels('select title from film union select la| from customer');
    expect(second).toContain('last_name');
    expect(second).not.toContain('title');
  });

  it('survive a recursive CTE that selects all of itself', () => {
    expect(labels('with recursive t as (select * from t) select t.| from t')).toEqual([]);
  });
});

describe('relations', () => {
  it('after FROM, with schemas, CTE names first known', () => {
    const found = labels('with late as (select 1) select * from l|');
    expect(found).toEqual(expect.arrayContaining(['late', 'film_list', 'archive', 'old_rental']));
  });

  it('are quoted only where they must be', () => {
    expect(option('select * from o|', 'Order Details', sqlite)?.apply).toBe('"Order Details"');
    expect(option('select * from f|', 'film', sqlite)?.apply).toBeUndefined();
    expect(option('select * from o|', 'old_rental')?.apply).toBe('archive.old_rental');
    expect(option('select o.| from "Order Details" o', 'OrderID')?.apply).toBe('"OrderID"');
    expect(option('select o.| from "Order Details" o', 'OrderID', sqlite)?.apply).toBeUndefined();
  });

  it('of a schema', () => {
    expect(labels('select * from archive.|')).toEqual(['old_rental']);
  });

  it('are joined along foreign keys, both ways', () => {
    const found = labels('SELECT * FROM inventory AS i JOIN |');
    expect(found).toContain('film AS f ON f.film_id = i.film_id');
    expect(found).toContain('rental AS r ON r.inventory_id = i.inventory_id');
  });

  it('are joined as the statement is written: without aliases, in lower case', () => {
    expect(labels('select * from inventory join |')).toContain('film on film.film_id = inventory.film_id');
    expect(labels('select * from inventory i join |')).toContain('film f on f.film_id = i.film_id');
  });

  it('take another alias where the first is taken', () => {
    expect(labels('select * from inventory i join film f on true join |')).toContain('film f2 on f2.film_id = i.film_id');
  });

  it('get their condition after ON', () => {
    expect(labels('select * from rental r join customer c on |')).toContain('c.customer_id = r.customer_id');
  });
});

describe('the rest', () => {
  it('keeps the case of the keywords', () => {
    expect(labels('SELECT * FROM film WH|')).toContain('WHERE');
    expect(labels('select * from film wh|')).toContain('where');
    expect(labels('sel|')).toContain('select');
    expect(labels('SEL|')).toContain('SELECT');
  });

  it('offers types after a cast, and functions of the dialect and the database', () => {
    expect(labels('select a::m|')).toContain('mpaa_rating');
    expect(labels('create table t (id in|')).toContain('integer');
    const functions = labels('select f| from film');
    expect(functions).toContain('film_in_stock');
    expect(labels('select ju| from film', sqlite)).toContain('julianday');
  });

  it('is silent in strings, comments, numbers, after AS and where an alias is typed', () => {
    expect(propose("select 'fi| from film")).toBeNull();
    expect(propose('select 1 -- fi|')).toBeNull();
    expect(propose('select 12| from film')).toBeNull();
    expect(propose('select title as t| from film')).toBeNull();
    expect(propose('select * from film f|')).toBeNull();
    expect(propose('select | from film')).toBeNull();
  });

  it('answers when asked where nothing has been typed', () => {
    expect(labels('select | from film', postgres, true)).toContain('title');
  });

  it('works without a catalog', () => {
    expect(proposalsAt(postgres, null, 'sel', 3, false)?.options.map((o) => o.label)).toContain('select');
  });
});
