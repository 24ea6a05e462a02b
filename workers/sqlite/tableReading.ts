import { indexParts } from '../dialect/indexParts';
import { speaksOf } from '../dialect/renamedColumns';
import { sqliteTable } from '../dialect/sqliteTable';
import { scanSqlite } from '../split/scanSqlite';
import type { RelationRef } from '../wire/catalog';
import type { Dependant, TableReading } from '../wire/tableDefinition';
import { moduleOf } from './modules';
import { schemaObjects } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** A table as a form can change it. Throws EngineErrorData when it does not exist. */
export function readTable(connection: SqliteConnection, ref: RelationRef): TableReading {
  const objects = schemaObjects(connection, ref.schema);
  const low = ref.relation.toLowerCase();
  const itself = objects.find((o) => (o.type === 'table' || o.type === 'view') && o.name.toLowerCase() === low);
  if (!itself) throw { code: 'SQLITE_ERROR', message: `no such table: ${ref.schema}.${ref.relation}` };
  const dependants = objects.flatMap((o): Dependant[] => {
    const isView = o.type === 'view' && o !== itself;
    const isTrigger = o.type === 'trigger' && o.table.toLowerCase() !== low;
    const isTable = o.type === 'table' && o !== itself && /\breferences\b/i.test(o.sql);
    if ((!isView && !isTrigger && !isTable) || !speaksOf(o.sql, low, scanSqlite)) return [];
    return [{ kind: isTable ? 'table' : o.type, schema: ref.schema, name: o.name, columns: [], sql: null }];
  });
  const because = (unreadable: string): TableReading => ({ table: null, unreadable, dependants });
  if (itself.type === 'view') return because('This is a view: its SQL is edited as a whole.');
  if (moduleOf(itself.sql) !== null) return because('This is a virtual table: its module alone knows how it is changed.');
  if (itself.name.toLowerCase().startsWith('sqlite_')) return because('SQLite keeps this table for itself.');
  const table = sqliteTable(ref.schema, itself.name, itself.sql);
  if (!table) return because('The definition of this table could not be read with certainty, so a form could change it by mistake. Change it with SQL.');
  const own = objects.filter((o) => o.table.toLowerCase() === low && o.sql !== '');
  for (const index of own.filter((o) => o.type === 'index')) {
    const parts = indexParts(index.name, index.sql, scanSqlite);
    if (!parts) return because(`The index ${index.name} could not be read.`);
    table.indexes.push(parts);
  }
  table.triggers = own.filter((o) => o.type === 'trigger').map(({ name, sql }) => ({ name, sql }));
  return { table, unreadable: null, dependants };
}
