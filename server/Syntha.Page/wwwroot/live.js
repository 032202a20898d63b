// What the view of live changes needs of the browser.

/**
 * Keeps a value in the address, and tells the server nothing: it comes every two seconds, and must neither render the view anew nor bring a
 * reader back who has just gone to another view or user.
 */
export function keep(path, user, name, value) {
  const address = new URL(location.href);
  if (address.pathname === path && address.searchParams.get('user') === user) {
    address.searchParams.set(name, value);
    history.replaceState(history.state, '', address);
  }
}
