import { mill } from './mill.ts';

/** Commands that are run in this folder know the mill. */
export default { apps: [mill] };
