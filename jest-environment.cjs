const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const { createContext } = vm;

/**
 * Jest's own environment, with a plain global object. Jest gives each test file a global object behind an interceptor and a proxy, so
 * that every `Math`, `Map` or `Number` of the tested code is a call into C++ and back: what computes takes two to four times as
 * long. It offers no choice of context, hence the substitution while it makes one.
 */
module.exports = class extends TestEnvironment {
  constructor(...args) {
    vm.createContext = (_interceptor, options) => createContext(vm.constants.DONT_CONTEXTIFY, options);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }
};
