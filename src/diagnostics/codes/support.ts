import type { CodeDefinition } from '../codes.ts';

/** 04xx: what is not simulated, and known traps of what is. */
export const supportCodes = {
  CALB0401: {
    severity: 'hint',
    title: 'kind not simulated yet',
    effect: 'the object is listed nowhere and changes nothing',
    hint: 'keep it: it does no harm here',
  },
} as const satisfies Record<string, CodeDefinition>;
