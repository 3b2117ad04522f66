/** Whether an image is the echo server itself, so that nothing stands in for it. */
export function isEcho(image: string | undefined): boolean {
  return /(?:^|\/)echo-(?:basic|advanced)(?:[:@]|$)/.test(image ?? '');
}

/** Which simulated program runs for an image. */
export function appOf(image: string | undefined): 'echo' | 'httpbin' {
  return /(?:^|\/)(?:go-)?httpbin(?:[:@]|$)/.test(image ?? '') ? 'httpbin' : 'echo';
}
