// Installs what is missing to build and run: npm packages and the host's tools.
import { ensureInstalled } from './bootstrap.mjs';

ensureInstalled();
