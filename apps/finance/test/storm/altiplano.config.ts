import { finance } from '../../app.ts';

/** Commands that are run in this folder know finance alone. */
export default { apps: [finance] };
