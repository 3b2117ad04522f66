import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { lookUpKind } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { positionIn } from './position.ts';
import type { KubeObject, Resource } from './resource.ts';
import { checkTransition } from './schema/check-rules.ts';
import { schemaOf } from './schema/compile.ts';

/** Why an object may not be replaced by its edited version: rules of its kind that compare old and new. */
export function refusals(manifest: Manifest, previous: Resource): readonly Diagnostic[] {
  // A declared object and the built-in of its name are two objects.
  if (previous.origin.type === 'builtin' || manifest.origin.type === 'builtin') return [];
  const { apiVersion, kind } = manifest.object;
  const known = lookUpKind(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', kind);
  if (known.type !== 'simulated') return [];
  const schema = schemaOf(known.data);
  if (!schema.hasTransitionRules) return [];
  return checkTransition(schema, fieldsOf(manifest.object), fieldsOf(previous.object)).map((issue) =>
    diagnostic(issue.code, {
      message: issue.message,
      position: positionIn(manifest.origin, issue.path, 'value'),
      resource: manifest.key,
    }),
  );
}

function fieldsOf(object: Omit<KubeObject, 'metadata'>): unknown {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}
