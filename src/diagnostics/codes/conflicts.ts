import type { CodeDefinition } from '../codes.ts';

/** 03xx: objects that contradict each other, and who wins. */
export const conflictCodes = {
  CALB0301: {
    severity: 'error',
    title: 'conflicting listeners',
    effect: 'the conflicting listeners do not serve',
    hint: 'give each listener of a port its own hostname and the same protocol',
  },
} as const satisfies Record<string, CodeDefinition>;
