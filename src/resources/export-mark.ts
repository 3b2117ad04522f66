/** First line of the files that `calb-sim export compose` writes: they are made from manifests, and are none. */
export const exportMark = '# Made by `calb-sim export compose`';
