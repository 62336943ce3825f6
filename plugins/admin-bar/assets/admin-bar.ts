// The bar of people who are logged in. Part of every page of the site, so it does nothing at all for everybody else.
import { showBar } from './parts/show.ts';

const isHere = document.cookie.split('; ').includes('galley-here=1');
// In a frame it would stand in the way of a preview.
if (isHere && window.top === window) void showBar();
