import type { CodeDefinition } from '../codes.ts';

/** 02xx: references to objects that do not exist, do not fit or are not permitted. */
export const referenceCodes = {
  CALB0201: {
    severity: 'error',
    title: 'backend not found',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'create the object or correct the name',
  },
} as const satisfies Record<string, CodeDefinition>;
