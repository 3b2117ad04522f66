import { runFromEnvironment } from '../run-from-environment.ts';
import { startEcho } from './app.ts';

await runFromEnvironment(startEcho);
