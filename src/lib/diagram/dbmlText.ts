import { primaryKey } from '$workers/dialect/primaryKey';
import type { ColumnInfo, RelationInfo, SchemaInfo } from '$workers/engine';
import type { DiagramModel } from './diagramModel';
import { infoOf } from './diagramText';

const quoted = (name: string): string => (/^\w+$/.test(name) ? name : `"${name.replaceAll('"', '\\"')}"`);
const list = (names: readonly string[]): string => (names.length === 1 ? quoted(names[0]!) : `(${names.map(quoted).join(', ')})`);
const note = (text: string): string => `note: '${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;
/** A type's name as Postgres writes it, part by part: `other."My mood"`. */
const parts = (type: string): string[] => [...type.matchAll(/"((?:[^"]|"")*)"|[^."]+/g)].map(([bare, inQuotes]) => inQuotes?.replaceAll('""', '"') ?? bare);

/** The type of a column: an enum by its name, a domain by what lies beneath it, which DBML has no other word for. */
function typeOf(column: ColumnInfo): string {
  const type = column.base ?? column.type;
  return column.labels ? parts(type).map(quoted).join('.') : quoted(type || 'any');
}

function columnOf(column: ColumnInfo, keys: readonly ColumnInfo[], uniques: readonly string[]): string {
  const counts = column.identity !== null || /^nextval\(/i.test(column.default ?? '');
  const settings = [
    keys.length === 1 && column.keyPlace > 0 ? 'pk' : '',
    counts ? 'increment' : '',
    column.nullable ? '' : 'not null',
    uniques.includes(column.name) ? 'unique' : '',
    column.default !== null && !counts && !column.generated ? `default: \`${column.default.replaceAll('`', "'")}\`` : '',
    column.comment ? note(column.comment) : ''
  ].filter(Boolean);
  return `  ${quoted(column.name)} ${typeOf(column)}${settings.length > 0 ? ` [${settings.join(', ')}]` : ''}`;
}

function tableOf(info: RelationInfo): string {
  const keys = primaryKey(info.columns);
  const uniques = info.uniqueKeys ?? [];
  const alone = uniques.flatMap((u) => (u.length === 1 ? u : []));
  const indexes = [
    ...(keys.length > 1 ? [`    ${list(keys.map((c) => c.name))} [pk]`] : []),
    ...uniques.filter((u) => u.length > 1).map((u) => `    ${list(u)} [unique]`)
  ];
  return [
    `Table ${quoted(info.relation)}${info.comment ? ` [${note(info.comment)}]` : ''} {`,
    ...info.columns.filter((c) => !c.hidden).map((c) => columnOf(c, keys, alone)),
    ...(indexes.length > 0 ? ['', '  indexes {', ...indexes, '  }'] : []),
    '}'
  ].join('\n');
}

/** The drawn tables as DBML (dbml.org), with the enums of their columns. */
export function dbmlOf(schema: SchemaInfo, model: DiagramModel): string {
  const infos = infoOf(schema, model);
  const enums = new Map(infos.flatMap((i) => i.columns.flatMap((c) => (c.labels ? [[typeOf(c), c.labels] as const] : []))));
  const drawn = new Set(infos.map((i) => i.relation));
  const refs = infos.flatMap((info) =>
    info.foreignKeys.flatMap((key, k) => {
      if (!drawn.has(key.target.relation) || key.target.schema !== info.schema) return [];
      const edges = model.edges.filter((e) => e.id.startsWith(`${info.relation}#${k}.`));
      const actions = [key.onDelete === 'NO ACTION' ? '' : `delete: ${key.onDelete.toLowerCase()}`, key.onUpdate === 'NO ACTION' ? '' : `update: ${key.onUpdate.toLowerCase()}`].filter(Boolean);
      const from = `${quoted(info.relation)}.${list(edges.map((e) => e.childColumn))}`;
      const to = `${quoted(key.target.relation)}.${list(edges.map((e) => e.parentColumn))}`;
      return [`Ref: ${from} ${edges[0]?.many === false ? '-' : '>'} ${to}${actions.length > 0 ? ` [${actions.join(', ')}]` : ''}`];
    })
  );
  return `${[
    ...[...enums].map(([name, labels]) => [`Enum ${name} {`, ...labels.map((l) => `  ${quoted(l)}`), '}'].join('\n')),
    ...infos.map(tableOf),
    ...(refs.length > 0 ? [refs.join('\n')] : [])
  ].join('\n\n')}\n`;
}
