import { colorTheme, highContrastTheme, monochromeTheme, type Theme } from './theme.ts';

/** How to paint: `CALB_SIM_THEME=high-contrast`, or without colours with `NO_COLOR` (any value but the empty one). */
export function chooseTheme(env: Readonly<Record<string, string | undefined>>): Theme {
  if (env.NO_COLOR) return monochromeTheme;
  return env.CALB_SIM_THEME === 'high-contrast' ? highContrastTheme : colorTheme;
}
