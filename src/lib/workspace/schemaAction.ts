import type { CommentSubject } from '$workers/dialect/schemaSql';
import type { ObjectInfo, ObjectKind, RelationKind, RelationRef } from '$workers/engine';

/** A change of the schema that a dialog asks for, with the SQL that will run. */
export type SchemaAction =
  | { kind: 'rename' | 'truncate' | 'drop'; ref: RelationRef; relationKind: RelationKind }
  | { kind: 'duplicate'; ref: RelationRef }
  | { kind: 'drop-object'; object: ObjectInfo }
  | { kind: 'create-object'; objectKind: ObjectKind; schema: string; relation: string | null; onKind?: RelationKind }
  | { kind: 'comment'; subject: CommentSubject; name: string; was: string }
  | { kind: 'create-view' | 'create-materialized-view' | 'create-type' | 'drop-type'; schema: string }
  | { kind: 'create-schema' };
