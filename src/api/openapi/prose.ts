import data from '../../resources/schema/data/prose.json' with { type: 'json' };
import type { Prose } from './openapi-document.ts';

/** What Kubernetes, Gateway API and Envoy Gateway say of the fields of their kinds. */
export const prose: Prose = data;
