// Installs what is missing to build and run: npm packages and the host's tools.
import { ensurePackages, ensureTools } from './bootstrap.mjs';

ensurePackages();
ensureTools();
