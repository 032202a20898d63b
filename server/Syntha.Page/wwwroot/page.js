// Starts the page, and does the little that only a browser can: it lays out long lists, and moves the focus. Sizes are set through the
// object model, because the security policy refuses styles within the document.

const modal = document.getElementById('components-reconnect-modal');

// Soon at first, then every two seconds for as long as the page is open.
const retryAfter = (attempt) => (attempt < 5 ? 200 * (attempt + 1) : 2000);

// A server that was started anew does not know the page. Its address says what it showed.
async function loadAgain() {
  modal.className = 'components-reconnect-rejected';
  for (;;) {
    try {
      const answer = await fetch('/health', { cache: 'no-store' });
      if (answer.ok) {
        location.reload();
        return;
      }
    } catch {
      // It is not back yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

Blazor.start({
  circuit: {
    // The socket is the only way that the server takes, so that there is nothing to negotiate.
    configureSignalR: (connection) => connection.withUrl('_blazor', { transport: 1, skipNegotiation: true }),
    reconnectionOptions: { retryIntervalMilliseconds: retryAfter },
    reconnectionHandler: {
      onConnectionDown: () => reconnect(),
      onConnectionUp: () => { modal.className = ''; },
    },
  },
});

// A page whose connection is refused never shows its frame. The framework tells that as an error of the page.
const failed = document.getElementById('blazor-error-ui');
new MutationObserver(() => {
  if (!document.querySelector('.frame')) {
    modal.className = 'page-refused';
    failed.hidden = true;
  }
}).observe(failed, { attributes: true, attributeFilter: ['style'] });

let isReconnecting = false;
async function reconnect() {
  if (isReconnecting) {
    return;
  }
  isReconnecting = true;
  modal.className = 'components-reconnect-show';
  for (let attempt = 0; ; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, retryAfter(attempt)));
    try {
      if (await Blazor.reconnect()) {
        modal.className = '';
        isReconnecting = false;
        return;
      }
      await loadAgain();
      return;
    } catch {
      // The server does not answer.
    }
  }
}

/** Lays out a long list of which only the rows in view exist. */
export function attachList(list, owner) {
  const space = list.querySelector('.list-space');
  const rows = list.querySelector('.list-rows');
  let height = 0;
  let told = '';
  let isAsked = false;

  const layOut = () => {
    height = Number.parseFloat(getComputedStyle(list).getPropertyValue('--row')) || 32;
    space.style.height = `${Number(list.dataset.count) * height}px`;
    rows.style.transform = `translateY(${Number(list.dataset.first) * height}px)`;
    tell();
  };
  const tell = () => {
    const first = Math.floor(list.scrollTop / height);
    const count = Math.ceil(list.clientHeight / height) + 1;
    const place = `${first} ${count}`;
    if (place !== told && !isAsked && height > 0) {
      told = place;
      isAsked = true;
      owner.invokeMethodAsync('ShowAsync', first, count).catch(() => {}).finally(() => {
        isAsked = false;
        tell();
      });
    }
  };
  const reveal = (index) => {
    const top = index * height;
    if (top < list.scrollTop) {
      list.scrollTop = top;
    } else if (top + height > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + height - list.clientHeight;
    }
  };
  const keys = new Set(['ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Enter']);
  const press = (event) => {
    if (keys.has(event.key) && event.target === list) {
      event.preventDefault();
      owner.invokeMethodAsync('PressAsync', event.key).catch(() => {});
    }
  };
  list.addEventListener('scroll', tell, { passive: true });
  list.addEventListener('keydown', press);
  const changes = new MutationObserver(layOut);
  changes.observe(list, { attributes: true, attributeFilter: ['data-count', 'data-first'] });
  const size = new ResizeObserver(layOut);
  size.observe(list);
  layOut();
  return {
    reveal,
    toEnd: () => { list.scrollTop = list.scrollHeight; },
    toStart: () => { list.scrollTop = 0; },
    detach: () => {
      changes.disconnect();
      size.disconnect();
      list.removeEventListener('scroll', tell);
      list.removeEventListener('keydown', press);
    },
  };
}

/** Opens a dialog of the document, so that the rest of the page waits for it. */
export function showDialog(dialog) {
  if (!dialog.open) {
    dialog.showModal();
  }
}
