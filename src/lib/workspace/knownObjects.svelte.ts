import { QueryObserver } from '@tanstack/svelte-query';
import { SvelteMap } from 'svelte/reactivity';
import type { ObjectInfo } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { objectsQuery } from '$lib/queries/objects';
import { queryClient } from '$lib/queries/queryClient';

/** Indexes, functions, … of one connection, ready to be looked up. */
export interface ObjectsOfConnection {
  objects: readonly ObjectInfo[];
  /** Those of a table or view, by JSON of [schema, relation]. */
  byRelation: ReadonlyMap<string, readonly ObjectInfo[]>;
  /** Bytes of a relation with its indexes, by the same. */
  sizes: ReadonlyMap<string, number>;
  /** In words, why they are not known. */
  failure: string | null;
}

/** How a relation is named in {@link ObjectsOfConnection}. */
export const relationKey = (schema: string, relation: string): string => JSON.stringify([schema, relation]);

/** What connections hold beside relations, for tree and palette. The query cache is the truth; it is asked by need. */
class KnownObjects {
  readonly #known = new SvelteMap<ConnectionId, ObjectsOfConnection>();
  readonly #ends = new Map<ConnectionId, () => void>();

  /** Undefined until they are known. */
  of(connectionId: ConnectionId): ObjectsOfConnection | undefined {
    return this.#known.get(connectionId);
  }

  /** Asks for those of a connection, and follows them from then on. */
  want(connectionId: ConnectionId): void {
    if (this.#ends.has(connectionId)) return;
    const observer = new QueryObserver(queryClient, objectsQuery(connectionId));
    const end = observer.subscribe(({ data, error }) => {
      if (data) this.#known.set(connectionId, lookup(data.objects, data.sizes));
      else if (error) this.#known.set(connectionId, { ...lookup([], []), failure: error.message });
    });
    this.#ends.set(connectionId, end);
  }

  /** Lets go of all but these connections. */
  keepOnly(connectionIds: ReadonlySet<ConnectionId>): void {
    for (const [connectionId, end] of this.#ends) {
      if (connectionIds.has(connectionId)) continue;
      end();
      this.#ends.delete(connectionId);
      this.#known.delete(connectionId);
    }
  }
}

function lookup(objects: readonly ObjectInfo[], sizes: readonly { schema: string; relation: string; bytes: number }[]): ObjectsOfConnection {
  const byRelation = new Map<string, ObjectInfo[]>();
  for (const object of objects) {
    if (object.relation === null) continue;
    const key = relationKey(object.schema, object.relation);
    const own = byRelation.get(key);
    if (own) own.push(object);
    else byRelation.set(key, [object]);
  }
  return { objects, byRelation, sizes: new Map(sizes.map((s) => [relationKey(s.schema, s.relation), s.bytes])), failure: null };
}

export const knownObjects = new KnownObjects();
