import type { CodeDefinition } from '../codes.ts';

/** 01xx: what cannot be read or does not fit its kind's schema. */
export const syntaxCodes = {
  CALB0101: {
    severity: 'error',
    title: 'YAML syntax error',
    effect: 'the last good version of this document keeps serving',
    hint: 'mend the YAML at the marked place',
  },
} as const satisfies Record<string, CodeDefinition>;
