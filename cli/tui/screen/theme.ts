import { ansiPaint, noPaint, type Style } from '../../output/colors.ts';

/** How things are painted. State is never told by colour alone. */
export interface Theme {
  paint(style: ScreenStyle, text: string): string;
  /** Lines and bars may be drawn with characters beyond ASCII. */
  readonly isPlainText: boolean;
}

/** Styles of the output, and what only a screen has. */
export type ScreenStyle = Style | 'selected' | 'title' | 'focused' | 'frame' | 'plain';

const sgr = (codes: string, text: string) => (text === '' ? '' : `\u001b[${codes}m${text}\u001b[0m`);

/** As terminals have it: their own colours, which people have chosen to be readable. */
export const colorTheme: Theme = {
  isPlainText: false,
  paint(style, text) {
    switch (style) {
      case 'plain':
        return text;
      case 'selected':
        return sgr('7', text);
      case 'title':
        return sgr('1', text);
      case 'focused':
        return sgr('1;36', text);
      case 'frame':
        return sgr('2', text);
      default:
        return ansiPaint(style, text);
    }
  },
};

/** For projectors and weak eyes: bold and reverse in place of faint, no dark colours. */
export const highContrastTheme: Theme = {
  isPlainText: false,
  paint(style, text) {
    switch (style) {
      case 'plain':
      case 'dim':
      case 'frame':
        return text;
      case 'selected':
        return sgr('1;7', text);
      case 'focused':
      case 'title':
        return sgr('1;4', text);
      case 'red':
        return sgr('1;97;41', text);
      case 'yellow':
        return sgr('1;93', text);
      case 'green':
        return sgr('1;92', text);
      default:
        return sgr('1', text);
    }
  },
};

/** Without colours (`NO_COLOR`): reverse and bold are no colours, and the selected row must be seen. */
export const monochromeTheme: Theme = {
  isPlainText: false,
  paint(style, text) {
    if (style === 'selected') return sgr('7', text);
    return style === 'title' || style === 'focused' || style === 'bold' ? sgr('1', text) : text;
  },
};

/** Without any escape code: for tests and recordings. The selected row has a mark of its own. */
export const textTheme: Theme = { isPlainText: true, paint: (_style, text) => noPaint('dim', text) };
