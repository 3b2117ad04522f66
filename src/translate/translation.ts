import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { EndpointSlice } from '../gen/kinds/endpoint-slice.ts';
import type { Service } from '../gen/kinds/service.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import type { Binding, DesiredPod, ObservedPod, ObservedService } from '../runtime/runtime.ts';

/** How soon health checks and ejections act: made for a laptop, or exactly what Envoy Gateway configures. */
export type Fidelity = 'local' | 'envoy-gateway';

/** What translation reads. Everything is immutable; equal references are equal contents. */
export interface TranslateInput {
  /** What the providers made of the declared objects: only data-plane kinds are read. */
  readonly resources: Resources;
  /** Where declared ports really are; a Gateway port without a binding is not served yet. */
  readonly bindings: readonly Binding[];
  readonly pods: readonly ObservedPod[];
  readonly services: readonly ObservedService[];
  readonly fidelity: Fidelity;
  /** Whether pods run the images that Deployments declare; where they do not, something stands in for most. */
  readonly runsImages: boolean;
  /** Folder, as Envoys see it, of unix sockets that lead to this machine's servers. Absent: they dial them directly. */
  readonly hostSocketFolder?: string;
}

/** What translation gives. */
export interface Translation {
  /** By namespace, for each namespace that owns a data-plane Gateway. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** The `status` of every object that has one, by the object's resource. Absent: this object has no status of ours. */
  readonly statuses: ReadonlyMap<Resource, unknown>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Simulated backends that the declared objects ask for, and the Services in front of them. Independent of what runs. */
export interface Workloads {
  readonly pods: readonly Workload[];
  readonly services: readonly WorkloadService[];
}

/** A pod and what it stands for. */
export interface Workload {
  readonly pod: DesiredPod;
  /** Labels of the pod (a Deployment's template), which Services select. */
  readonly labels: Readonly<Record<string, string>>;
  /** Set where the pod simulates one address of a Backend, CycloudBackend or EndpointSlice: `192.168.0.1`. */
  readonly standsFor?: { readonly owner: Resource; readonly address: string };
  readonly owner: Resource;
}

/** A Service that has an address of its own (not headless). */
export interface WorkloadService {
  readonly namespace: string;
  readonly name: string;
  readonly resource: Resource<Service>;
  /** EndpointSlices written by hand for a Service without a selector. */
  readonly slices?: readonly Resource<EndpointSlice>[];
}
