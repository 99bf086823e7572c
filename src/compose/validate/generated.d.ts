/** Lets the types be checked before scripts/generate.mjs has run; compiled.ts says what is in the module. */
declare module '*/generated/compose-schema.mjs';
declare module '*/generated/x-flotilla-schema.mjs';
