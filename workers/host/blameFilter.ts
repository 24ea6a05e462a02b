import { isErrorData } from '../wire/errors';
import { isFilterGroup, type BrowseRequest, type FilterNode } from '../wire/results';

type Tried = Pick<BrowseRequest, 'filters' | 'search' | 'where'>;

/** Every part of the conditions, alone, with its place. */
function partsOf({ filters, search, where }: Tried): { place: string; tried: Tried }[] {
  const parts: { place: string; tried: Tried }[] = [];
  const add = (nodes: readonly FilterNode[], above: string): void => {
    for (const [i, node] of nodes.entries()) {
      if (!node.enabled) continue;
      if (isFilterGroup(node)) add(node.filters, `${above}${i}.`);
      else parts.push({ place: `${above}${i}`, tried: { filters: [node] } });
    }
  };
  add(filters, '');
  if (search) parts.push({ place: 'search', tried: { filters: [], search } });
  if (where?.trim()) parts.push({ place: 'where', tried: { filters: [], where } });
  return parts;
}

/**
 * Adds to an error of a browse or count which part of its conditions is to blame, by trying each alone.
 * @param attempt runs a request; throws what it throws
 * @returns the error to throw
 */
export async function blameFilter<R extends Tried>(
  request: R,
  thrown: unknown,
  attempt: (request: R) => Promise<unknown>
): Promise<unknown> {
  if (!isErrorData(thrown) || thrown.filter !== undefined || thrown.code === 'connection-lost') return thrown;
  for (const { place, tried } of partsOf(request)) {
    try {
      await attempt({ ...request, search: undefined, where: undefined, ...tried });
    } catch (e) {
      if (!isErrorData(e) || e.code === 'connection-lost') return thrown;
      const { code, message, detail, hint, constraint, table, column } = e;
      return { code, message, detail, hint, constraint, table, column, filter: place };
    }
  }
  return thrown;
}
