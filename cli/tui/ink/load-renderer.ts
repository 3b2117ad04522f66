import type { Frame } from '../screen/frame.ts';

/** What turns frames into text. Made by another file, which is loaded only for the terminal app. */
export interface Renderer {
  draw(frame: Frame): void;
  resize(columns: number): void;
  close(): void;
}

export interface RendererOptions {
  readonly columns: number;
  /** Takes the whole screen as text, line by line, whenever something of it changed. */
  readonly onOutput: (text: string) => void;
}

/** Loads a module file by its URL; set by bin/compiled-code.js. */
const importFile = (globalThis as Readonly<Record<symbol, unknown>>)[Symbol.for('calb-sim.import')] as
  | ((url: string) => Promise<unknown>)
  | undefined;

type RendererModule = { readonly createRenderer: (options: RendererOptions) => Renderer };

/**
 * Loads the one that renders with Ink. It is a program file of its own: Ink and React would make the start of every other
 * command slower, and cannot be part of a CommonJS bundle.
 */
export async function loadRenderer(options: RendererOptions): Promise<Renderer> {
  const file = new URL('../tui/renderer.js', import.meta.url).href;
  if (importFile === undefined) throw new Error('the terminal app is part of the built program only');
  const { createRenderer } = (await importFile(file)) as RendererModule;
  return createRenderer(options);
}
