/** Text of which every character takes one cell, whatever its font makes of it. */
import { guard } from 'lit/directives/guard.js';

/** What any font of equal widths has, in one width. */
const NARROW = /^[\x20-\x7e]+/;

/** As nodes: text where that is sure to be narrow, and a cell for each other character. A line feed stays one. */
export function cells(text: string): unknown {
  return guard([text], () => nodesOf(text));
}

function nodesOf(text: string): Node[] {
  const nodes: Node[] = [];
  for (let rest = text; rest !== '';) {
    const narrow = NARROW.exec(rest)?.[0];
    const piece = narrow ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rest = rest.slice(piece.length);
    if (narrow !== undefined || piece === '\n') nodes.push(document.createTextNode(piece));
    else nodes.push(cell(piece));
  }
  return nodes;
}

function cell(character: string): HTMLElement {
  const made = document.createElement('i');
  made.className = 'cell1';
  made.textContent = character;
  return made;
}
