import { workshop } from '../workshop.ts';

/** Commands that are run in this folder know the posting job. */
export default { apps: [workshop] };
