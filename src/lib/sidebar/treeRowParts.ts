import type { ColumnInfo, RelationInfo, RelationKind, SchemaInfo } from '$workers/engine';
import { plural } from '$lib/base/format';
import type { ConnectionState } from '$lib/projects/connectionState';
import { engineLabel, type Project } from '$lib/projects/project';
import { statusOf, statusWords } from '$lib/projects/statusWords';
import type { ColumnTreeRow, ProjectTreeRow, RelationTreeRow, SchemaTreeRow } from './sidebarRow';

/** A project with its connection, if it has one. */
export interface ShownProject {
  project: Project;
  connection: ConnectionState | undefined;
}

export const RELATION_WORDS: Record<RelationKind, string> = {
  table: 'table',
  view: 'view',
  'materialized-view': 'materialized view',
  'virtual-table': 'virtual table',
  'partitioned-table': 'partitioned table',
  'foreign-table': 'foreign table'
};

export function projectRow({ project, connection }: ShownProject, place: number, setSize: number, height: number): ProjectTreeRow {
  const status = statusOf(connection);
  return {
    kind: 'project',
    id: project.id,
    project,
    connection,
    level: 1,
    label: project.name,
    place,
    setSize,
    height,
    pinned: true,
    attributes: {
      'aria-label': `${project.name}, ${engineLabel(project.engine)}, ${statusWords(connection).replace('…', '')}`,
      'data-project': project.name,
      'data-status': status,
      'data-house': project.colour
    }
  };
}

export function schemaRow(
  { project, connection }: ShownProject,
  schema: SchemaInfo,
  place: number,
  setSize: number,
  height: number
): SchemaTreeRow {
  return {
    kind: 'schema',
    id: JSON.stringify([project.id, schema.name]),
    project,
    connection,
    schema,
    level: 2,
    label: schema.name,
    carried: true,
    place,
    setSize,
    height,
    attributes: {
      'aria-label': `${schema.name}, schema, ${plural(schema.relations.length, 'relation')}`,
      'data-schema': schema.name,
      'data-house': project.colour
    }
  };
}

export function relationRow(
  { project, connection }: ShownProject,
  schema: SchemaInfo,
  relation: RelationInfo,
  level: number,
  place: number,
  setSize: number,
  height: number
): RelationTreeRow {
  const limit = relation.unavailable ? ', cannot be read' : relation.unwritable ? ', cannot be changed' : '';
  const words = RELATION_WORDS[relation.kind] + limit;
  return {
    kind: 'relation',
    id: JSON.stringify([project.id, relation.schema, relation.relation]),
    project,
    connection,
    schema,
    relation,
    level,
    label: relation.relation,
    carried: relation.kind === 'table' && !relation.unavailable,
    place,
    setSize,
    height,
    attributes: {
      'aria-label': `${relation.relation}, ${words}`,
      'data-project': project.name,
      'data-relation': `${relation.schema}.${relation.relation}`,
      'data-house': project.colour,
      title: relation.unavailable ?? relation.unwritable ?? relation.comment
    }
  };
}

export function columnRow(
  { project, connection }: ShownProject,
  relation: RelationInfo,
  column: ColumnInfo,
  level: number,
  place: number,
  setSize: number,
  height: number
): ColumnTreeRow {
  const isForeignKey = relation.foreignKeys.some((key) => key.columns.includes(column.name));
  const facts = [
    column.name,
    column.type || 'no type',
    column.keyPlace > 0 && 'primary key',
    isForeignKey && 'foreign key',
    column.nullable ? 'nullable' : 'not null'
  ];
  return {
    kind: 'column',
    id: JSON.stringify([project.id, relation.schema, relation.relation, column.name, place]),
    project,
    connection,
    relation,
    column,
    isForeignKey,
    level,
    label: column.name,
    place,
    setSize,
    height,
    attributes: { 'aria-label': facts.filter(Boolean).join(', '), 'data-house': project.colour, title: column.comment }
  };
}
