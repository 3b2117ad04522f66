/** What a tenant's Envoy shall have, for people to read. Secrets are left out. */
export interface TenantConfiguration {
  /** As `calb-sim translate --to model` prints it. */
  readonly model: unknown;
  /** xDS resources as proto JSON, with type URL and name. */
  readonly xds: readonly XdsDocument[];
}

export interface XdsDocument {
  readonly typeUrl: string;
  readonly name: string;
  readonly resource: unknown;
}
