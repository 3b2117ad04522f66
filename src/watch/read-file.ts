import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { maxFileBytes } from '../resources/file-problems.ts';
import type { FileInput } from '../resources/load-file.ts';
import { type FoundFile, reasonOf } from './scan.ts';

/** A file's content, with a hash by which equal contents are found. */
export interface ReadFile {
  readonly input: FileInput;
  readonly hash: string;
  /** Nothing but white space. */
  readonly isBlank: boolean;
}

/** Reads a file that a scan found. A file that is too large is not read; one that cannot be says why. */
export function readFound({ path, bytes, problem }: FoundFile): ReadFile {
  if (problem !== undefined) return failed({ path, problem: { type: 'unreadable', reason: problem } });
  if (bytes > maxFileBytes) return failed({ path, problem: { type: 'too-large', bytes } });
  try {
    const content = readFileSync(path);
    const text = content.toString('utf8');
    const hash = createHash('sha1').update(content).digest('base64');
    return { input: { path, text }, hash, isBlank: content.length < 4096 && text.trim() === '' };
  } catch (error) {
    return failed({ path, problem: { type: 'unreadable', reason: reasonOf(error) } });
  }
}

function failed(input: Extract<FileInput, { problem: unknown }>): ReadFile {
  return { input, hash: `problem:${JSON.stringify(input.problem)}`, isBlank: false };
}
