import type { Prose } from './openapi-document.ts';
import data from './prose.json' with { type: 'json' };

/** What Kubernetes, Gateway API and Envoy Gateway say of the fields of their kinds. */
export const prose: Prose = data;
