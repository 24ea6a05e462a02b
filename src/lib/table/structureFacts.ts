import type { ColumnInfo, ForeignKey } from '$workers/engine';

/** What the structure says of a column: name, type, nullable, default, notes. */
export function columnFacts(column: ColumnInfo): string[] {
  const notes = [
    column.keyPlace > 0 ? 'primary key' : '',
    column.identity ? `identity (${column.identity})` : '',
    column.generated ? `generated (${column.generated})` : '',
    column.hidden ? 'hidden' : '',
    column.labels ? column.labels.join(' · ') : '',
    column.comment ?? ''
  ];
  return [column.name, column.type, column.nullable ? 'yes' : 'no', column.default ?? '', notes.filter(Boolean).join(', ')];
}

/** Where a foreign key leads: `ArtistId → main.Artist (ArtistId)`. */
export const foreignKeyWords = (key: ForeignKey): string =>
  `${key.columns.join(', ')} → ${key.target.schema}.${key.target.relation} (${key.targetColumns.join(', ')})`;
