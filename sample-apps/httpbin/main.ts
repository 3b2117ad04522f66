import { runFromEnvironment } from '../run-from-environment.ts';
import { startHttpbin } from './app.ts';

await runFromEnvironment(startHttpbin);
