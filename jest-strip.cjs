const { stripTypeScriptTypes } = require('node:module');

// Types become blanks, so that lines and columns stay exact.
module.exports = {
  process(source) {
    return { code: stripTypeScriptTypes(source, { mode: 'strip' }) };
  },
};
