module.exports = {
  serveAdminPanel: false,
  auth: { secret: 'foreign' },
  apiToken: { salt: 'foreign' },
  transfer: { token: { salt: 'foreign' } },
  secrets: { encryptionKey: 'foreign-foreign-foreign-foreign0' },
};
