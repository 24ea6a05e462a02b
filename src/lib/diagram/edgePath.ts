import { columnY, type DiagramEdge, type DiagramTable } from './diagramModel';

export interface Point {
  x: number;
  y: number;
}

/** An end of a link: where it meets its table, and on which side. */
export interface EdgeEnd extends Point {
  right: boolean;
}

/** Where a link meets its tables: on the sides that face each other; one to its own table leaves and comes back on the right. */
export function edgeEnds(edge: DiagramEdge, child: DiagramTable, childAt: Point, parent: DiagramTable, parentAt: Point): { from: EdgeEnd; to: EdgeEnd } {
  const self = edge.child === edge.parent;
  const childRight = self || childAt.x + child.width / 2 < parentAt.x + parent.width / 2;
  const parentRight = self || !childRight;
  return {
    from: { x: childAt.x + (childRight ? child.width : 0), y: childAt.y + columnY(child, edge.childColumn), right: childRight },
    to: { x: parentAt.x + (parentRight ? parent.width : 0), y: parentAt.y + columnY(parent, edge.parentColumn), right: parentRight }
  };
}

/** A link from one end to the other as a path of SVG. */
export function straightPath(from: EdgeEnd, to: EdgeEnd): string {
  return `M${from.x} ${from.y}L${to.x} ${to.y}`;
}
