import { EventEmitter } from 'node:events';
import { Box, render, Text } from 'ink';
import { memo } from 'react';
import { sameItems } from '../../../src/translate/memo.ts';
import type { DrawnPart, Frame } from '../screen/frame.ts';
import type { Renderer, RendererOptions } from './load-renderer.ts';

/** A part is drawn again only when one of its lines changed. */
const Part = memo(
  ({ lines }: { readonly lines: readonly string[] }) => <Text wrap="truncate">{lines.join('\n')}</Text>,
  (before, after) => sameItems(before.lines, after.lines),
);

const Row = memo(
  ({ parts }: { readonly parts: readonly DrawnPart[] }) => (
    <Box>
      {parts.map(({ id, lines }) => (
        <Box key={id} flexShrink={0}>
          <Part lines={lines} />
        </Box>
      ))}
    </Box>
  ),
  (before, after) =>
    before.parts.length === after.parts.length &&
    before.parts.every((part, index) => {
      const other = after.parts[index];
      return other !== undefined && part.id === other.id && sameItems(part.lines, other.lines);
    }),
);

function Screen({ frame }: { readonly frame: Frame }) {
  return (
    <Box flexDirection="column">
      {frame.map((parts) => (
        <Row key={parts.map(({ id }) => id).join()} parts={parts} />
      ))}
    </Box>
  );
}

/**
 * Renders frames with Ink. It is given no terminal but a stream that only collects: what is written where is decided by who
 * owns the terminal (alternate screen, suspend, restore), in absolute positions, so that nothing can scroll or flicker.
 */
export function createRenderer({ columns, onOutput }: RendererOptions): Renderer {
  const sink = Object.assign(new EventEmitter(), {
    columns,
    isTTY: true,
    write(text: string) {
      onOutput(text);
      return true;
    },
  });
  const instance = render(<Screen frame={[]} />, {
    stdout: sink as unknown as NodeJS.WriteStream,
    stdin: Object.assign(new EventEmitter(), { isTTY: false }) as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    draw: (frame) => instance.rerender(<Screen frame={frame} />),
    resize(width) {
      sink.columns = width;
      sink.emit('resize');
    },
    close: () => instance.unmount(),
  };
}
