// Stands before the script of a plugin in its frame. The only way in is what the panel answered, the only ways out are
// the height and the word that it is ready.
{
  // No policy of a document closes these. What the plugin declares below stands here already; only `window` is a name
  // that nobody can declare anew.
  delete window.RTCPeerConnection;
  delete window.webkitRTCPeerConnection;

  const host = window.parent;
  const root = document.documentElement;
  const listeners = [];
  let latest;

  /** Nobody else can hold this document: its policy names the site alone as what may stand around it. */
  const say = (message) => host.postMessage(message, '*');

  const sayHeight = () => say({ galley: 'height', height: root.offsetHeight });

  const show = ({ language, direction, colors }) => {
    root.lang = language;
    root.dir = direction;
    for (const [name, value] of Object.entries(colors)) root.style.setProperty(`--color-${name}`, value);
  };

  addEventListener('message', ({ source, data }) => {
    if (source !== host || data?.galley !== 'show') return;
    show(data.look);
    latest = data;
    for (const listener of listeners) listener(data.data, data.look);
    // Observers rest while nobody sees the frame.
    sayHeight();
  });

  window.galley = Object.freeze({
    /** Calls back with what the panel gave, and with language, direction and colours; again when those change. */
    onData(listener) {
      listeners.push(listener);
      if (latest) listener(latest.data, latest.look);
    },
  });

  new ResizeObserver(sayHeight).observe(root);
  say({ galley: 'ready' });
}
