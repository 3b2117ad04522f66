/** A CEL rule of a schema node (`x-kubernetes-validations`). */
export interface RuleData {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** A node of a kind's schema: reduced OpenAPI v3, see `data/README.md`. */
export interface SchemaData {
  /** Stands for `defs[$ref]`; only `default` may stand beside it. */
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: boolean;
  readonly required?: readonly string[];
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly intOrString?: boolean;
  readonly preserveUnknownFields?: boolean;
  readonly embeddedResource?: boolean;
  readonly properties?: Readonly<Record<string, SchemaData>>;
  readonly items?: SchemaData;
  readonly additionalProperties?: SchemaData;
  readonly oneOf?: readonly SchemaData[];
  readonly anyOf?: readonly SchemaData[];
  readonly allOf?: readonly SchemaData[];
  readonly not?: SchemaData;
  readonly rules?: readonly RuleData[];
}

/** Column that `kubectl get` prints for a kind (`additionalPrinterColumns`). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  /** JSONPath from the object, as in `.status.addresses[*].value`. */
  readonly jsonPath: string;
  /** Above 0: only in wide output. */
  readonly priority?: number;
}

/** Everything that is known of a kind: names, versions, schema. One file of `data/`. */
export interface KindData {
  readonly origin: {
    readonly module?: string;
    readonly version?: string;
    readonly license: string;
    /** Of the CustomResourceDefinition that it comes from. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly group: string;
  /** Served versions; the first one is stored. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Words that stand for several kinds at once: `kubectl get gateway-api -A`. */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly columns: readonly PrinterColumn[];
  readonly schema: SchemaData;
  readonly defs: Readonly<Record<string, SchemaData>>;
}
