// lint-staged.config.mjs: as a function, since lint-staged appends the staged files to a plain command, and undrift reads them from the index.
export default {
  "*": () => "undrift check --staged --quiet",
};
