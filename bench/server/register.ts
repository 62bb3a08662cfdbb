/** `altiplano/profile/register` as it is published: plain JavaScript. */
import 'altiplano/profile/register';
