import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Issue } from './issue.ts';
import { lookUpKind } from './kinds.ts';
import type { Manifest, ManifestObject } from './manifest.ts';
import { positionIn } from './position.ts';
import type { KubeObject, Resource } from './resource.ts';
import { checkTransition } from './schema/check-rules.ts';
import { schemaOf } from './schema/compile.ts';

/** Why an object may not be replaced by its edited version: rules of its kind that compare old and new. */
export function refusals(manifest: Manifest, previous: Resource): readonly Diagnostic[] {
  // A declared object and the built-in of its name are two objects.
  if (previous.origin.type === 'builtin' || manifest.origin.type === 'builtin') return [];
  return updateIssues(manifest.object, previous).map((issue) =>
    diagnostic(issue.code, {
      message: issue.message,
      position: positionIn(manifest.origin, issue.path, 'value'),
      resource: manifest.key,
    }),
  );
}

/** {@link refusals}, before their places are looked up. */
export function updateIssues(object: ManifestObject, previous: Resource): readonly Issue[] {
  const { apiVersion, kind } = object;
  const known = lookUpKind(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', kind);
  if (known.type !== 'simulated') return [];
  const schema = schemaOf(known.data);
  if (!schema.hasTransitionRules) return [];
  return checkTransition(schema, fieldsOf(object), fieldsOf(previous.object));
}

function fieldsOf(object: Omit<KubeObject, 'metadata'>): unknown {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}
