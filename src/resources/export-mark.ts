/** First line of the files that `calb-sim export compose` writes: they are made from manifests, and are none. */
export const exportMark = '# Made by `calb-sim export compose`';

/** First line of the files of `calb-sim up --persist`: objects of the API, read at the next start and not watched. */
export const persistMark = '# Kept by `calb-sim up --persist`';
