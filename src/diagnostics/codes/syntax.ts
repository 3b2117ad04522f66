import type { CodeDefinition } from '../codes.ts';

const lastGood = 'this document does not take effect; its last good version keeps serving';
const fileKept = 'nothing of this file takes effect; what it gave before keeps serving';

/** 01xx: what cannot be read or does not fit its kind's schema. */
export const syntaxCodes = {
  CALB0101: {
    severity: 'error',
    title: 'YAML syntax error',
    effect: 'the last good version of this document keeps serving',
    hint: 'mend the YAML at the marked place',
  },
  CALB0102: {
    severity: 'error',
    title: 'tab used for indentation',
    effect: 'the last good version of this document keeps serving',
    hint: 'indent with spaces; YAML does not allow tabs',
  },
  CALB0103: {
    severity: 'error',
    title: 'duplicate key',
    effect: 'the last good version of this document keeps serving',
    hint: 'remove one of the two, or merge them',
  },
  CALB0104: {
    severity: 'error',
    title: 'aliases expand too far',
    effect: 'the last good version of this document keeps serving',
    hint: 'write the values out instead of nesting aliases',
  },
  CALB0105: {
    severity: 'error',
    title: 'file too large',
    effect: fileKept,
    hint: 'split it, or keep it out of the folder',
  },
  CALB0106: {
    severity: 'error',
    title: 'not a text file',
    effect: fileKept,
    hint: 'save it as UTF-8 text, or keep it out of the folder',
  },
  CALB0107: {
    severity: 'error',
    title: 'file cannot be read',
    effect: fileKept,
    hint: 'correct its permissions',
  },
  CALB0108: {
    severity: 'error',
    title: 'not a Kubernetes object',
    effect: lastGood,
    hint: 'begin with "apiVersion:", "kind:" and "metadata:"',
  },
  CALB0109: {
    severity: 'error',
    title: 'document too large or too deep',
    effect: lastGood,
    hint: 'split it with lines of "---"',
  },
  CALB0110: {
    severity: 'error',
    title: 'unknown field',
    effect: lastGood,
    hint: 'remove the field, or correct its name or its indentation',
  },
  CALB0111: {
    severity: 'error',
    title: 'wrong type',
    effect: lastGood,
    hint: 'write a value of the expected type',
  },
  CALB0112: {
    severity: 'error',
    title: 'unknown value',
    effect: lastGood,
    hint: 'use one of the known values',
  },
  CALB0113: {
    severity: 'error',
    title: 'required field missing',
    effect: lastGood,
    hint: 'add the field',
  },
  CALB0114: {
    severity: 'error',
    title: 'value out of limits',
    effect: lastGood,
    hint: 'write a value within the limits',
  },
  CALB0115: {
    severity: 'error',
    title: 'duplicate list item',
    effect: lastGood,
    hint: 'remove one of the two, or give it a name of its own',
  },
  CALB0116: {
    severity: 'error',
    title: "a rule of the kind's schema is violated",
    effect: lastGood,
    hint: 'change the object so that the rule holds',
  },
  CALB0117: {
    severity: 'error',
    title: 'invalid metadata',
    effect: lastGood,
    hint: 'use lower-case letters, digits and "-"',
  },
  CALB0118: {
    severity: 'error',
    title: 'version not served',
    effect: lastGood,
    hint: 'correct apiVersion',
  },
  CALB0119: {
    severity: 'warning',
    title: 'unknown kind',
    effect: 'this document is ignored',
    hint: 'correct apiVersion and kind; or keep it, it does no harm here',
  },
  CALB0120: {
    severity: 'error',
    title: 'regular expression that RE2 refuses',
    effect: lastGood,
    hint: 'Envoy uses RE2: no look-around, no back-references',
  },
  CALB0121: {
    severity: 'error',
    title: 'not base64',
    effect: lastGood,
    hint: 'encode it (printf %s TEXT | base64), or put plain text under stringData',
  },
  CALB0122: {
    severity: 'error',
    title: 'immutable field changed',
    effect: 'the version before this edit keeps serving',
    hint: 'set the old value again, or declare an object of another name',
  },
  CALB0123: {
    severity: 'error',
    title: 'ports given twice',
    effect: lastGood,
    hint: 'give ports once: under spec for all endpoints, or under each endpoint',
  },
  CALB0124: {
    severity: 'error',
    title: 'object declared twice',
    effect: 'the first declaration counts, in the order of file names and documents; this one has no effect',
    hint: 'remove one of the two, or give it another name or namespace',
  },
  CALB0125: {
    severity: 'warning',
    title: 'IP address as host name',
    effect: 'it works here, but the Gateway API does not allow it: other implementations may refuse it',
    hint: 'write a DNS name, or leave hostnames out to serve every name',
  },
} as const satisfies Record<string, CodeDefinition>;
