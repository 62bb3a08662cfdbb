import { callbot } from '@altiplano/callbot';

/** The apps this checkout serves; `altiplano` finds this file from the folder it is run in. */
export default { apps: [callbot] };
