import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Position } from '../diagnostics/position.ts';
import { positionOf } from '../resources/position.ts';
import { type Path, resourceName } from '../resources/resource.ts';
import type { Entry } from './route-action.ts';

/**
 * Rules of one virtual host that take exactly the requests of a rule before them.
 *
 * @param entries in order of precedence
 */
export function duplicateMatches(entries: readonly Entry[]): readonly Diagnostic[] {
  const first = new Map<string, Entry>();
  const found: Diagnostic[] = [];
  for (const entry of entries) {
    const winner = first.get(entry.shape.key);
    if (winner === undefined) first.set(entry.shape.key, entry);
    else if (!entry.shape.isPreflight && !isSameRule(entry, winner)) found.push(duplicate(entry, winner));
  }
  return found;
}

/** One route on two listeners of a port is no repetition. */
function isSameRule(a: Entry, b: Entry): boolean {
  return a.route === b.route && a.ruleIndex === b.ruleIndex && a.matchIndex === b.matchIndex;
}

function duplicate(loser: Entry, winner: Entry): Diagnostic {
  const at = where(positionOf(winner.route, matchPath(winner)));
  const rule = `rule ${winner.ruleIndex} of ${resourceName(winner.route)}`;
  return diagnostic('CALB0302', {
    message: `Rule ${loser.ruleIndex} takes the same requests as ${rule} (${at})`,
    position: positionOf(loser.route, matchPath(loser)),
    resource: resourceName(loser.route),
    ...(winner.route === loser.route && {
      effect: 'the earlier rule of the route takes these requests; this one never sees them',
    }),
  });
}

function matchPath({ ruleIndex, matchIndex }: Entry): Path {
  const rule = ['spec', 'rules', ruleIndex];
  return matchIndex < 0 ? rule : [...rule, 'matches', matchIndex];
}

function where({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
