import type { Catalog, ColumnInfo, ForeignKey, RelationInfo, RelationKind } from '../../workers/engine';

const column = (name: string, type: string, keyPlace = 0): ColumnInfo => ({
  name,
  type,
  family: type === 'integer' ? 'integer' : 'text',
  nullable: keyPlace === 0,
  default: null,
  keyPlace,
  generated: null,
  identity: null,
  hidden: false
});

const key = (schema: string, columns: string[], relation: string, targetColumns = columns): ForeignKey => ({
  name: '',
  columns,
  target: { schema, relation },
  targetColumns,
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
  deferrable: 'no'
});

/** "id:integer*" is a key column, "name" a text one. */
function relation(schema: string, name: string, columns: string, foreignKeys: ForeignKey[] = [], kind: RelationKind = 'table'): RelationInfo {
  const infos = columns.split(' ').map((text) => {
    const [label, type = 'text'] = text.replace('*', '').split(':');
    return column(label!, type, text.endsWith('*') ? 1 : 0);
  });
  return { schema, relation: name, kind, columns: infos, foreignKeys, rows: null };
}

/** A small catalog in the manner of pagila, whose default schema is named as the dialect names it. */
export function rentalCatalog(schema: string): Catalog {
  return {
    defaultSchema: schema,
    extensions: [],
    schemas: [
      {
        name: schema,
        functions: ['film_in_stock'],
        types: ['mpaa_rating'],
        relations: [
          relation(schema, 'customer', 'customer_id:integer* first_name last_name'),
          relation(schema, 'rental', 'rental_id:integer* rental_date customer_id:integer inventory_id:integer return_date', [
            key(schema, ['customer_id'], 'customer'),
            key(schema, ['inventory_id'], 'inventory')
          ]),
          relation(schema, 'inventory', 'inventory_id:integer* film_id:integer', [key(schema, ['film_id'], 'film', [])]),
          relation(schema, 'film', 'film_id:integer* title'),
          relation(schema, 'Order Details', 'OrderID:integer* Unit_Price'),
          relation(schema, 'film_list', 'title', [], 'view')
        ]
      },
      { name: 'archive', functions: [], types: [], relations: [relation('archive', 'old_rental', 'id:integer*')] }
    ]
  };
}
