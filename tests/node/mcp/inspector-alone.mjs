// The command of the inspector is published as a package of its own, and still looks for the version in the package around it.
export async function resolve(specifier, context, next) {
  const isOutside = specifier === '../../package.json' && context.parentURL?.includes('/inspector-cli/');
  return next(isOutside ? '../package.json' : specifier, context);
}
