import type { Dependant, ObjectReading, RelationStructure, TableReading } from '$workers/engine';
import { formatBytes } from '$lib/base/format';
import { isEditable } from '$lib/workspace/objectActions';

/** A definition as its dialog shows it. */
export interface DefinitionSource {
  title: string;
  name: string;
  facts: string[];
  comment: string | null;
  /** Whole, as the engine writes it. */
  ddl: string;
  editable: boolean;
  /** Whether it can be replaced in place, or must be dropped first. */
  asksAnew: boolean;
  /** In words. */
  dependants: string[];
  object: ObjectReading | null;
  view: { structure: RelationStructure; reading: TableReading } | null;
}

/** A dependant as a list names it. */
export const dependantWords = ({ kind, schema, name }: Dependant): string =>
  `${kind} ${schema === '' || name.startsWith(`${schema}.`) ? '' : `${schema}.`}${name}`;

/** An index, a function, … */
export function ofObject(reading: ObjectReading): DefinitionSource {
  const { info, ddl, dependants } = reading;
  const place = info.relation === null ? (info.schema === '' ? '' : `schema ${info.schema}`) : `on ${info.schema}.${info.relation}`;
  return {
    title: `${info.kind[0]!.toUpperCase()}${info.kind.slice(1)} ${info.name}`,
    name: info.name,
    facts: [place, info.facts === info.kind ? '' : info.facts, info.ofKey ? 'made by a key' : '', info.bytes === null ? '' : formatBytes(info.bytes)].filter(Boolean),
    comment: info.comment ?? null,
    ddl,
    editable: isEditable(info),
    asksAnew: false,
    dependants: dependants.map(dependantWords),
    object: reading,
    view: null
  };
}

/** A view; @param replaces whether this dialect can replace one in place */
export function ofView(structure: RelationStructure, reading: TableReading, replaces: boolean): DefinitionSource {
  const { info, ddl } = structure;
  return {
    title: `View ${info.relation}`,
    name: info.relation,
    facts: [`schema ${info.schema}`, info.kind === 'view' ? '' : 'materialized'].filter(Boolean),
    comment: info.comment ?? null,
    ddl,
    editable: true,
    asksAnew: replaces && info.kind === 'view',
    dependants: reading.dependants.map(dependantWords),
    object: null,
    view: { structure, reading }
  };
}
