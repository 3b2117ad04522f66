import type { CodeDefinition } from '../codes.ts';

/** 05xx and 06xx: processes, ports and addresses. */
export const runtimeCodes = {
  CALB0501: {
    severity: 'warning',
    title: 'image cannot be had',
    effect: 'echo stands in for it under the same names; everything else runs as declared',
    hint: 'docker pull, build or load it: as soon as the engine has it, it runs; or name another image',
  },
  CALB0601: {
    severity: 'error',
    title: 'port in use',
    effect: 'this listener does not serve; all others do',
    hint: 'stop the other program or choose another port',
  },
} as const satisfies Record<string, CodeDefinition>;
