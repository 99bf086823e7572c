/** The release of Flotilla; a test compares it with package.json. */
export const version = '0.1.0';

/** What `flotilla version` says. */
export const versionLine = `Flotilla version v${version}`;
