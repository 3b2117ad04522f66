/** The schema of CycloudBackend (`loadbalancing.cycloud.jp/v1`), written for this project. */
const name = { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };

const ports = {
  type: 'array',
  minItems: 1,
  maxItems: 64,
  items: {
    type: 'object',
    required: ['port'],
    properties: {
      name,
      port: { type: 'integer', format: 'int32', minimum: 1, maximum: 65535 },
      protocol: { type: 'string', enum: ['TCP'], default: 'TCP' },
      targetPort: {
        intOrString: true,
        rules: [
          {
            rule: 'type(self) == int ? self >= 1 && self <= 65535 : self.size() > 0',
            message: 'targetPort must be a port number (1 to 65535) or the name of a port',
          },
        ],
      },
      appProtocol: { type: 'string', maxLength: 253 },
    },
  },
};

const endpoint = {
  type: 'object',
  required: ['address'],
  properties: {
    address: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      rules: [
        {
          rule: "isIP(self) || self.matches('^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$')",
          message: "address must be an IP address, a host name or a Service's cluster name",
        },
      ],
    },
    ports,
  },
};

export const cycloudBackend = {
  origin: { license: 'Apache-2.0' },
  group: 'loadbalancing.cycloud.jp',
  versions: ['v1'],
  kind: 'CycloudBackend',
  plural: 'cycloudbackends',
  singular: 'cycloudbackend',
  shortNames: [],
  categories: [],
  namespaced: true,
  columns: [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        properties: {
          endpoints: { type: 'array', maxItems: 256, items: endpoint },
          ports,
          targetCyrn: { type: 'string', maxLength: 2048 },
        },
      },
      status: { type: 'object', preserveUnknownFields: true },
    },
  },
  defs: {},
};
