import { expect, it } from 'vitest';
import { dialectOf } from '../../workers/dialect/dialectOf';
import { schemaSqlOf } from '../../workers/dialect/schemaSqlOf';
import type { Catalog, ObjectInfo } from '../../workers/engine';
import { argumentsIn, fittingTypes, typeChoices } from '../../src/lib/schema/typeChoices';

const catalog: Catalog = {
  schemas: [
    { name: 'public', relations: [], functions: [], types: ['mood', 'Email'] },
    { name: 'other', relations: [], functions: [], types: ['span'] }
  ],
  defaultSchema: 'public',
  extensions: []
};
const object = (kind: ObjectInfo['kind'], name: string, facts: string): ObjectInfo => ({ kind, schema: 'public', name, relation: null, signature: null, facts, bytes: null, ofKey: false });

it("offers the database's own types first, and the dialect's with their arguments", () => {
  const all = typeChoices(dialectOf('postgres'), schemaSqlOf('postgres').choices.typesWithArguments, catalog, [object('type', 'mood', 'enum'), object('domain', 'Email', 'text')]);
  expect(all.slice(0, 3)).toEqual([
    { text: 'mood', note: 'enum' },
    { text: '"Email"', note: 'domain over text' },
    { text: 'other.span', note: 'of this database' }
  ]);
  expect(fittingTypes(all, 'num').map((c) => c.text)).toEqual(['numeric', 'numeric(10,2)', 'numrange']);
  expect(fittingTypes(all, 'ema').map((c) => c.text)).toEqual(['"Email"']);
  // written out: what goes on from it is offered still
  expect(fittingTypes(all, 'Integer').map((c) => c.text)).toEqual(['integer[]']);
  expect(fittingTypes(all, 'int').map((c) => c.text)).toContain('integer');
  expect(fittingTypes(all, 'mood')).toEqual([]);
  expect(new Set(all.map((c) => c.text)).size).toBe(all.length);
});

it('finds the arguments to write over', () => {
  expect(argumentsIn('numeric(10,2)')).toEqual({ from: 8, to: 12 });
  expect(argumentsIn('text')).toBeNull();
});
