/** The schema of CycloudBackend (`loadbalancing.cycloud.jp/v1`), written for this project. */
const name = { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };

const ports = {
  description: 'Ports that a route may name. Given once: for all endpoints, or under each of them.',
  type: 'array',
  minItems: 1,
  maxItems: 64,
  items: {
    type: 'object',
    required: ['port'],
    properties: {
      name: { description: 'Name of the port, unique in its list.', ...name },
      port: {
        description: 'Number by which backendRefs of routes name the port.',
        ...{ type: 'integer', format: 'int32', minimum: 1, maximum: 65535 },
      },
      protocol: { description: 'Protocol of the transport.', type: 'string', enum: ['TCP'], default: 'TCP' },
      targetPort: {
        description: 'Where the endpoint listens: a number, or the name of a port. Without it, on `port`.',
        intOrString: true,
        rules: [
          {
            rule: 'type(self) == int ? self >= 1 && self <= 65535 : self.size() > 0',
            message: 'targetPort must be a port number (1 to 65535) or the name of a port',
          },
        ],
      },
      appProtocol: {
        description: 'What is spoken over the port, such as http or kubernetes.io/h2c.',
        ...{ type: 'string', maxLength: 253 },
      },
    },
  },
};

const endpoint = {
  type: 'object',
  required: ['address'],
  properties: {
    address: {
      description:
        'IP address, host name, or cluster name of a Service, such as active.demo.svc.cluster.local.',
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
    description:
      'CycloudBackend names endpoints inside or outside of the cluster, for the backendRefs of routes.',
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        description: 'Spec says where the requests go.',
        type: 'object',
        properties: {
          endpoints: {
            description: 'Endpoints that requests are spread over.',
            ...{ type: 'array', maxItems: 256, items: endpoint },
          },
          ports,
          targetCyrn: {
            description:
              'Name of the managed backend that it stands for. It is kept, and has no effect here.',
            ...{ type: 'string', maxLength: 2048 },
          },
        },
      },
      status: { description: 'Not written here.', type: 'object', preserveUnknownFields: true },
    },
  },
  defs: {},
};
