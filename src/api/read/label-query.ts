import { type LabelSelector, selects } from '../../resources/label-selector.ts';
import { QueryError } from './query-error.ts';

/** Whether an object with these labels is wanted. */
export type LabelTest = (labels: Readonly<Record<string, string>> | undefined) => boolean;

const key = '[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?';
const value = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const exists = new RegExp(`^(!?)\\s*(${key})$`);
const equals = new RegExp(`^(${key})\\s*(==|=|!=)\\s*(${value})?$`);
const among = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const compares = new RegExp(`^(${key})\\s*(>|<)\\s*(-?\\d+)$`);

/**
 * A label selector as in a query: `app=web,tier!=db,env in (a, b),!canary` (`labels.Parse` of k8s.io/apimachinery).
 * Empty selects everything.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function parseLabelQuery(text: string): LabelTest {
  const tests = splitTerms(text).map((term) => {
    const test = parseTerm(term);
    if (test === undefined) {
      throw new QueryError(
        `unable to parse requirement: ${JSON.stringify(term)} in the label selector ${JSON.stringify(text)}`,
      );
    }
    return test;
  });
  return (labels) => tests.every((test) => test(labels));
}

function parseTerm(term: string): LabelTest | undefined {
  const [, not, present] = exists.exec(term) ?? [];
  if (present !== undefined) return expression(present, not === '!' ? 'DoesNotExist' : 'Exists');
  const [, name, operator, wanted = ''] = equals.exec(term) ?? [];
  if (name !== undefined) return expression(name, operator === '!=' ? 'NotIn' : 'In', [wanted]);
  const [, member, set, list = ''] = among.exec(term) ?? [];
  if (member !== undefined) {
    return expression(
      member,
      set === 'in' ? 'In' : 'NotIn',
      list.split(',').map((item) => item.trim()),
    );
  }
  const [, label, comparison, limit] = compares.exec(term) ?? [];
  if (label === undefined) return undefined;
  return (labels) => {
    const found = labels?.[label];
    if (found === undefined || !/^-?\d+$/.test(found)) return false;
    return comparison === '>' ? BigInt(found) > BigInt(limit ?? 0) : BigInt(found) < BigInt(limit ?? 0);
  };
}

function expression(key: string, operator: string, values: readonly string[] = []): LabelTest {
  const selector: LabelSelector = { matchExpressions: [{ key, operator, values }] };
  return (labels) => selects(selector, labels);
}

/** Commas within brackets do not separate. */
function splitTerms(text: string): readonly string[] {
  const terms = text.split(/,(?![^(]*\))/).map((term) => term.trim());
  return terms.length === 1 && terms[0] === '' ? [] : terms;
}
