/** A value of a pod's environment, in which `$(status.podIP)` stands for the pod's own address. */
export function withAddress(value: string, address: string): string {
  return value.replaceAll('$(status.podIP)', () => address);
}
