/** The globals of a peer. */
/// <reference path="./node-modules.d.ts" />
