import { callbot } from '@altiplano/callbot';
import { field } from '@altiplano/field';
import { finance } from '@altiplano/finance';
import { shop } from '@altiplano/shop';
import { workboard } from '@altiplano/workboard';

/** The apps this checkout serves; `altiplano` finds this file from the folder it is run in. */
export default { apps: [callbot, workboard, field, shop, finance] };
