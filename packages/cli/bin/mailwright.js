#!/usr/bin/env node
// The command: a file that is there before the first build, so that installing the workspace can link it.
import '../dist/main.js';
