/** Whether a key may stand in `data` of a Secret or ConfigMap (IsConfigMapKey). */
export function isDataKey(key: string): boolean {
  return key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && key !== '.' && !key.startsWith('..');
}
