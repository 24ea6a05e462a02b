declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names one connection from connect to disconnect; survives the replacement of its worker. */
export type ConnectionId = Branded<'ConnectionId'>;
/** Names a project for as long as Rowhouse remembers it. */
export type ProjectId = Branded<'ProjectId'>;
export type TabId = Branded<'TabId'>;

/** A new random id. 20 hex digits: unique for one browser, short in a URL. */
export function newId<Id extends ConnectionId | ProjectId | TabId>(): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('') as Id;
}
