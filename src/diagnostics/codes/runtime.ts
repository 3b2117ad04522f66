import type { CodeDefinition } from '../codes.ts';

/** 05xx and 06xx: processes, ports and addresses. */
export const runtimeCodes = {
  CALB0601: {
    severity: 'error',
    title: 'port in use',
    effect: 'this listener does not serve; all others do',
    hint: 'stop the other program or choose another port',
  },
} as const satisfies Record<string, CodeDefinition>;
