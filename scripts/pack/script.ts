/** The code of a module as a function, which `runScript` calls. Carried as Latin-1, so that V8 keeps a byte for each character. */
export function asFunction(code: string): string {
  // esbuild leaves what is not ASCII in regular expressions alone.
  const ascii = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `(function (require, module, exports, __filename, __dirname) {${ascii}\n})`;
}

/**
 * JavaScript, an expression: runs code that the one file carries. Its value is what the module exports.
 * @param asset the name under which the file carries what `asFunction` made
 * @param cache that of V8's code cache for it
 */
export function runScript(asset: string, cache?: string): string {
  const options = cache === undefined ? '' : `, cachedData: asset(${JSON.stringify(cache)})`;
  return `(() => {
    const asset = (name) => Buffer.from(require('node:sea').getRawAsset(name));
    const code = asset(${JSON.stringify(asset)}).latin1Slice();
    const script = new (require('node:vm').Script)(code, { filename: '${asset}'${options} });
    const module = { exports: {} };
    script.runInThisContext()(require, module, module.exports, '/main.cjs', '/');
    return module.exports;
  })()`;
}
