import type { CodeDefinition } from '../codes.ts';

/** 07xx: what Envoy refused. */
export const xdsCodes = {
  CALB0701: {
    severity: 'error',
    title: 'Envoy rejected a resource',
    effect: 'Envoy keeps the last accepted version of this resource',
    hint: "mend the named object; the text is Envoy's own",
  },
  CALB0702: {
    severity: 'error',
    title: 'not acceptable to Envoy',
    effect: 'the last good version of what it describes keeps serving',
    hint: 'correct the value that the message names',
  },
} as const satisfies Record<string, CodeDefinition>;
