// Engines behind ssh are reached through the Docker client's own connection, never by this package.
module.exports = {};
