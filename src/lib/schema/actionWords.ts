import type { SchemaAction } from '$lib/workspace/schemaAction';

/** What a dialog that changes the schema says. */
export interface ActionWords {
  title: string;
  /** Label of its name field; null where nothing is named. */
  name: string | null;
  /** What its button does. */
  action: string;
  danger: boolean;
}

/** The words for an action. */
export function actionWords(action: SchemaAction): ActionWords {
  const words = (title: string, name: string | null, button: string, danger = false): ActionWords => ({ title, name, action: button, danger });
  switch (action.kind) {
    case 'rename':
      return words(`Rename ${action.ref.relation}`, 'New name', 'Rename');
    case 'duplicate':
      return words(`Duplicate ${action.ref.relation}`, 'Name of the copy', 'Duplicate');
    case 'truncate':
      return words(`Delete all rows of ${action.ref.relation}`, null, 'Delete all rows', true);
    case 'drop':
      return words(`Drop ${action.ref.relation}`, null, 'Drop', true);
    case 'drop-object':
      return words(`Drop ${action.object.kind} ${action.object.name}`, null, 'Drop', true);
    case 'create-view':
      return words('New view', 'View name', 'Create view');
    case 'create-materialized-view':
      return words('New materialized view', 'View name', 'Create view');
    case 'comment':
      return words(`Comment of ${action.name}`, null, 'Set comment');
    case 'create-object':
      // Types of labels have a dialog of their own.
      if (action.objectKind === 'type') return words('New composite type', null, 'Create type');
      return words(`New ${action.objectKind}${action.relation === null ? '' : ` on ${action.relation}`}`, null, `Create ${action.objectKind}`);
    case 'create-schema':
      return words('New schema', 'Schema name', 'Create schema');
    case 'create-type':
      return words('New type', 'Type name', 'Create type');
    case 'drop-type':
      return words('Drop type', 'Type', 'Drop', true);
  }
}
