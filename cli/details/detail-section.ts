import type { OverlayLine } from '../tui/screen/screen-input.ts';

/** A line of details; its style stands for all of it. */
export type DetailLine = OverlayLine;

/** A heading with what belongs to it. */
export interface DetailSection {
  readonly title: string;
  readonly lines: readonly DetailLine[];
}

/** Sections one after the other, headings in front of indented lines; those without lines are left out. */
export function sectionLines(sections: readonly DetailSection[]): readonly DetailLine[] {
  return sections
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ title, lines }, index) => [
      ...(index === 0 ? [] : [{ text: '' }]),
      { text: title, style: 'title' as const },
      ...lines.map((line) => ({ ...line, text: line.text === '' ? '' : `  ${line.text}` })),
    ]);
}
