/** On a Backend: the name of the CycloudBackend that it was made from. Its addresses answer as httpbin does. */
export const cycloudBackendAnnotation = 'loadbalancing.cycloud.jp/cycloud-backend';
