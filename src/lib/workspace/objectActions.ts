import type { ObjectInfo, RelationRef, RelationKind } from '$workers/engine';
import { objectQuery } from '$lib/queries/objects';
import { queryClient } from '$lib/queries/queryClient';
import type { MenuItems } from '$lib/ui/menuItem';
import { dialogs } from './dialogs.svelte';
import type { Owner } from './navigate';
import { putOnClipboard } from './putOnClipboard';

/** What a definition is shown of. */
export type DefinitionSubject = { kind: 'object'; object: ObjectInfo } | { kind: 'view'; ref: RelationRef; relationKind: RelationKind };

/** Shows what makes an index, a function, …; triggers and functions can be changed there. */
export const showObject = (owner: Owner, object: ObjectInfo): void => dialogs.show({ kind: 'definition', owner, subject: { kind: 'object', object } });

/** True for what can be changed by its SQL. */
export const isEditable = (object: ObjectInfo): boolean => object.kind === 'function' || object.kind === 'procedure' || object.kind === 'trigger';

/** What can be done with one of them; @param comments whether this dialect keeps any */
export function objectActions(owner: Owner, object: ObjectInfo, comments: boolean): MenuItems {
  return [
    { label: isEditable(object) ? 'Edit…' : 'Open', run: () => showObject(owner, object) },
    { label: 'Copy name', run: () => void putOnClipboard(owner, `The name of ${object.name}`, () => Promise.resolve(object.name)) },
    {
      label: 'Copy DDL',
      run: () =>
        void putOnClipboard(owner, `The DDL of ${object.name}`, async () => {
          const reading = await queryClient.fetchQuery(objectQuery(owner.connectionId, object));
          return reading.ddl;
        })
    },
    ...(comments ? [{ label: 'Comment…', run: () => dialogs.show({ kind: 'schema-change', owner, action: { kind: 'comment', subject: { object }, name: object.name, was: object.comment ?? '' } }) }] : []),
    null,
    { label: 'Drop…', danger: true, run: () => dialogs.show({ kind: 'schema-change', owner, action: { kind: 'drop-object', object } }) }
  ];
}
