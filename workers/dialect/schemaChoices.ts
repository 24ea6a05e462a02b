import type { EngineKind } from '../wire/results';
import type { SchemaChoices } from './schemaSql';

const postgres: SchemaChoices = {
  identities: [
    { value: 'by default', label: 'Identity, by default' },
    { value: 'always', label: 'Identity, always' }
  ],
  comments: true,
  strict: false,
  withoutRowid: false,
  reorders: false,
  virtualColumns: true,
  usesCasts: true,
  typesWithArguments: [
    'varchar(255)', 'char(1)', 'numeric(10,2)', 'timestamp(3)', 'timestamptz(3)', 'time(0)', 'bit(8)', 'varbit(64)', 'interval day to second',
    'text[]', 'integer[]', 'bigint[]', 'uuid[]', 'jsonb[]'
  ],
  replacesViews: true,
  methods: ['btree', 'hash', 'gin', 'gist', 'spgist', 'brin'],
  renamesViews: true,
  materializedViews: true,
  schemas: true,
  types: true,
  objects: ['function', 'procedure', 'sequence', 'domain', 'extension']
};

const sqlite: SchemaChoices = {
  identities: [{ value: 'autoincrement', label: 'Autoincrement' }],
  comments: false,
  strict: true,
  withoutRowid: true,
  reorders: true,
  virtualColumns: true,
  usesCasts: false,
  typesWithArguments: ['varchar(255)', 'char(1)', 'decimal(10,2)', 'numeric(10,2)'],
  replacesViews: false,
  methods: [],
  renamesViews: false,
  materializedViews: false,
  schemas: false,
  types: false,
  objects: []
};

/** What an engine's schemas let one choose: apart from how they are changed, for menus need it with the first visit. */
export const schemaChoices = (engine: EngineKind): SchemaChoices => (engine === 'postgres' ? postgres : sqlite);
